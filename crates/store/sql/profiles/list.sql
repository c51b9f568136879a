SELECT id, key, fields, created_at, updated_at
FROM profiles
WHERE marketplace_id = $1 AND key < $2
ORDER BY key DESC
LIMIT $3
