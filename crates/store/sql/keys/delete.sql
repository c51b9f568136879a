DELETE FROM api_keys WHERE marketplace_id = $1 AND id = $2
