-- A pair: here many rows in one call. They come sorted, so that two batches can't wait for each other.
INSERT INTO bodies (marketplace_id, hash, content)
SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[])
ON CONFLICT (marketplace_id, hash) DO NOTHING
