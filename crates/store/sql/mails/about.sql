SELECT a.marketplace_id, k.name, a.webhook_id, w.name, a.at, a.detail
FROM alerts a
JOIN webhooks w ON w.id = a.webhook_id
JOIN marketplaces k ON k.id = a.marketplace_id
WHERE a.id = $1
