-- A pair: here one row at a time, because bytes can't stand in JSON and a call costs little.
INSERT INTO bodies (marketplace_id, hash, content) VALUES ($1, $2, $3)
ON CONFLICT (marketplace_id, hash) DO NOTHING
