INSERT INTO tracking (marketplace_id, switched_on, key, origins, identify_secret, last_view_at)
VALUES ($1, $2, $3, $4, $5, NULL)
ON CONFLICT (marketplace_id) DO NOTHING
