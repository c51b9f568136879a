SELECT id, marketplace_id, secrets
FROM webhooks
WHERE secrets NOT IN ('', '{}')
ORDER BY id
