SELECT id, name, parts, webhook_id, created_at FROM campaigns WHERE marketplace_id = $1 ORDER BY id
