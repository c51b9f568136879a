-- A pair: many rows come as repeated values here, as arrays there (see src/bulk.rs).
INSERT INTO envelopes (event_id, hash, opening, closing)
SELECT * FROM (VALUES (?, ?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (event_id, hash) DO NOTHING
