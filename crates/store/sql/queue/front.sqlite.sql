-- A pair: here one line at a time, because SQLite has no lateral joins and a call costs little; the
-- writing transaction keeps others out.
SELECT delivery_id, webhook_id, due_at
FROM queue
WHERE webhook_id = $1 AND lease_until IS NULL AND due_at <= $4
ORDER BY due_at, delivery_id
LIMIT $2 OFFSET $3
