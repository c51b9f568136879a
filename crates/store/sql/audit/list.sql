SELECT id, at, actor, action, subject, detail
FROM audit
WHERE marketplace_id = $1 AND id < $2
ORDER BY id DESC
LIMIT $3
