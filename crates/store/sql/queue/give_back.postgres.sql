-- A pair: many rows (see src/bulk.rs).
UPDATE queue
SET token = 0, lease_until = NULL
FROM unnest($1::bigint[], $2::bigint[]) AS r (delivery_id, token)
WHERE queue.delivery_id = ANY(ARRAY[r.delivery_id]) AND queue.token = r.token
