SELECT id, owner, state, revision, settings, secrets, created_at, updated_at
FROM webhooks
WHERE marketplace_id = $1 AND deleted_at IS NULL AND state <> 'draft'
ORDER BY id
