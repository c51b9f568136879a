SELECT id, marketplace_id, secrets
FROM webhooks
WHERE secrets <> ''
ORDER BY id
