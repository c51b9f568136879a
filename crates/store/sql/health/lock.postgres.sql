-- A pair: here the row is locked, so that of several nodes one raises the alert.
SELECT w.marketplace_id, h.failures, h.failing_since, h.alerted_at
FROM webhook_health h
JOIN webhooks w ON w.id = h.webhook_id
WHERE h.webhook_id = $1 AND w.state = 'active' AND w.deleted_at IS NULL
FOR UPDATE OF h
