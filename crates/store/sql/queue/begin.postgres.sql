-- A pair: many rows (see src/bulk.rs).
UPDATE queue SET token = r.token
FROM unnest($1::bigint[], $2::bigint[]) AS r (delivery_id, token)
WHERE queue.delivery_id = ANY(ARRAY[r.delivery_id])
