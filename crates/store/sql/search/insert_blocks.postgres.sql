-- A pair: many rows come as arrays here, as repeated values there (see src/bulk.rs).
INSERT INTO search_blocks (first_event, bucket, entries)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[])
