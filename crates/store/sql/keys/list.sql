SELECT id, name, scope, hint, created_at, used_at
FROM api_keys
WHERE marketplace_id = $1
ORDER BY id DESC
