INSERT INTO campaigns (id, marketplace_id, name, parts, webhook_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
