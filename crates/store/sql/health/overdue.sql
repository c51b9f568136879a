SELECT h.webhook_id, h.failures, h.failing_since, h.alerted_at
FROM webhook_health h
JOIN webhooks w ON w.id = h.webhook_id
WHERE h.failing_since <= $1 AND w.state = 'active' AND w.deleted_at IS NULL
ORDER BY h.failing_since, h.webhook_id
