-- A pair: many rows come as one JSON text here, as arrays there (see src/bulk.rs).
UPDATE queue SET due_at = r.value ->> 1, token = 0, lease_until = NULL
FROM json_each($1) r
WHERE queue.delivery_id = r.value ->> 0
