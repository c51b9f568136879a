SELECT switched_on, key, origins, identify_secret, last_view_at FROM tracking WHERE marketplace_id = $1
