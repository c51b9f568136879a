INSERT INTO sessions
  (id, token_hash, user_id, marketplace_id, user_agent, address, created_at, seen_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)
