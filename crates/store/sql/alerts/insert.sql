INSERT INTO alerts (id, marketplace_id, webhook_id, at, detail, pause, addressed)
VALUES ($1, $2, $3, $4, $5, $6, false)
