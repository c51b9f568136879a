UPDATE tracking SET last_view_at = $2 WHERE marketplace_id = $1
