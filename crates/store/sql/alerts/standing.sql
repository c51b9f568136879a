SELECT a.webhook_id, w.name, a.at, a.detail
FROM alerts a
JOIN webhooks w ON w.id = a.webhook_id
JOIN webhook_health h ON h.webhook_id = w.id
WHERE w.marketplace_id = $1 AND w.deleted_at IS NULL AND h.failing_since <= a.at
  AND a.id = (SELECT max(newest.id) FROM alerts newest WHERE newest.webhook_id = w.id AND NOT newest.pause)
ORDER BY a.at DESC, a.id DESC
