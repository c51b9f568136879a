INSERT INTO members (marketplace_id, user_id, role, created_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (marketplace_id, user_id) DO NOTHING
