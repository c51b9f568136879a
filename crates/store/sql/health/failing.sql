SELECT h.webhook_id, w.name, h.failures, h.failing_since, h.alerted_at
FROM webhook_health h
JOIN webhooks w ON w.id = h.webhook_id
WHERE w.marketplace_id = $1 AND w.deleted_at IS NULL AND h.failing_since IS NOT NULL
ORDER BY h.failing_since, h.webhook_id
