DELETE FROM members WHERE marketplace_id = $1 AND user_id = $2
