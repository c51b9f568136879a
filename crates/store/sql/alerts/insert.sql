INSERT INTO alerts (id, marketplace_id, webhook_id, at, detail, addressed)
VALUES ($1, $2, $3, $4, $5, false)
