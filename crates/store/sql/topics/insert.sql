INSERT INTO topics (marketplace_id, key, topic) VALUES ($1, $2, $3)
ON CONFLICT (marketplace_id, key) DO NOTHING
