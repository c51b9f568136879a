-- A pair: the writing transaction keeps the delivery.
SELECT w.deleted_at IS NOT NULL
FROM deliveries d
JOIN webhooks w ON w.id = d.webhook_id
WHERE d.marketplace_id = $1 AND d.id = $2
