-- A pair: many rows come as arrays here, as repeated values there (see src/bulk.rs).
UPDATE queue SET due_at = r.due_at, token = 0, lease_until = NULL
FROM unnest($1::bigint[], $2::bigint[]) AS r (delivery_id, due_at)
WHERE queue.delivery_id = ANY(ARRAY[r.delivery_id])
