-- A pair: many rows come as arrays here, as repeated values there (see src/bulk.rs).
UPDATE deliveries SET state = r.state
FROM unnest($1::bigint[], $2::text[]) AS r (id, state)
WHERE deliveries.id = ANY(ARRAY[r.id])
