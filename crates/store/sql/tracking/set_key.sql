UPDATE tracking SET key = $2 WHERE marketplace_id = $1
