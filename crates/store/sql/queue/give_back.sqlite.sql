-- A pair: many rows (see src/bulk.rs).
UPDATE queue
SET token = 0, lease_until = NULL
FROM (VALUES (?, ?)) r
WHERE queue.delivery_id = r.column1 AND queue.token = r.column2
