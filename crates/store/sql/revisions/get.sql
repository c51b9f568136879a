SELECT r.settings
FROM webhook_revisions r
JOIN webhooks w ON w.id = r.webhook_id
WHERE w.marketplace_id = $1 AND r.webhook_id = $2 AND r.revision = $3
