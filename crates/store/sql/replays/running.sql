-- Those that can go on: their webhooks are active.
SELECT r.id, r.marketplace_id, r.webhook_id, r.filter, r.render, r.reached
FROM replays r
JOIN webhooks w ON w.id = r.webhook_id
WHERE r.state = 'running' AND w.state = 'active' AND w.deleted_at IS NULL
