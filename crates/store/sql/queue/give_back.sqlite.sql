-- A pair: many rows (see src/bulk.rs).
UPDATE queue
SET token = 0, lease_until = NULL
FROM json_each($1) r
WHERE queue.delivery_id = r.value ->> 0 AND queue.token = r.value ->> 1
