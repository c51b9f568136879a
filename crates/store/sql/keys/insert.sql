INSERT INTO api_keys (id, marketplace_id, name, scope, hint, hash, created_at, used_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
