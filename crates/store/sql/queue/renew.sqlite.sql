-- A pair: the clocks; many rows (see src/bulk.rs).
UPDATE queue
SET lease_until = CAST(round(unixepoch('subsec') * 1000) AS INTEGER) + w.timeout_ms + (r.value ->> 2)
FROM json_each($1) r, webhooks w
WHERE w.id = queue.webhook_id AND queue.delivery_id = r.value ->> 0 AND queue.token = r.value ->> 1
RETURNING delivery_id
