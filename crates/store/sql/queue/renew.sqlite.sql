-- A pair: the clocks; many rows (see src/bulk.rs).
UPDATE queue
SET lease_until = CAST(round(unixepoch('subsec') * 1000) AS INTEGER) + w.timeout_ms + r.column3
FROM (VALUES (?, ?, ?)) r, webhooks w
WHERE w.id = queue.webhook_id AND queue.delivery_id = r.column1 AND queue.token = r.column2
RETURNING delivery_id
