SELECT key, id, fields
FROM profiles
WHERE marketplace_id = $1 AND key > $2
ORDER BY key
LIMIT $3
