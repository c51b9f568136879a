-- A pair: many rows come as arrays here, as repeated values there (see src/bulk.rs).
INSERT INTO search_tail (event_id, terms)
SELECT * FROM unnest($1::bigint[], $2::bytea[])
WHERE TRUE
