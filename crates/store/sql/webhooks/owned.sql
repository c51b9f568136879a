SELECT id, owner, state, revision, settings, secrets, created_at, updated_at
FROM webhooks
WHERE marketplace_id = $1 AND owner = $2 AND deleted_at IS NULL
ORDER BY id
