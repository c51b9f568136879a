-- A pair: many rows come as repeated values here, as arrays there (see src/bulk.rs).
UPDATE queue SET due_at = r.column2, token = 0, lease_until = NULL
FROM (VALUES (?, ?)) r
WHERE queue.delivery_id = r.column1
