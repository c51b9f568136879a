INSERT INTO profiles (marketplace_id, id, key, fields, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (marketplace_id, id) DO UPDATE SET fields = excluded.fields, updated_at = excluded.updated_at
RETURNING key, created_at
