-- A pair: many rows come as arrays here, as one JSON text there (see src/bulk.rs).
INSERT INTO event_terms (marketplace_id, term, event_id)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
ON CONFLICT (marketplace_id, term, event_id) DO NOTHING
