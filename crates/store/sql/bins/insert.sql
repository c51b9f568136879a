INSERT INTO bins (id, marketplace_id, status, delay_ms, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
