-- A pair: many rows come as arrays here, as repeated values there (see src/bulk.rs). They come sorted,
-- so that two batches can't wait for each other.
INSERT INTO envelopes (event_id, hash, opening, closing)
SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::text[])
ON CONFLICT (event_id, hash) DO NOTHING
