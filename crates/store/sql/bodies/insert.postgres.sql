-- A pair: many rows come as arrays here, as repeated values there (see src/bulk.rs). They come sorted,
-- so that two batches can't wait for each other.
INSERT INTO bodies (event_id, hash, content)
SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[])
ON CONFLICT (event_id, hash) DO NOTHING
