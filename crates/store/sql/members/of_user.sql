SELECT marketplace_id FROM members WHERE user_id = $1 ORDER BY created_at, marketplace_id
