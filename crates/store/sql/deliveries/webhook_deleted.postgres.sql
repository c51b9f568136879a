-- A pair: here the row must be kept from who removes old ones, but not from who records an attempt.
SELECT w.deleted_at IS NOT NULL
FROM deliveries d
JOIN webhooks w ON w.id = d.webhook_id
WHERE d.marketplace_id = $1 AND d.id = $2
FOR KEY SHARE OF d
