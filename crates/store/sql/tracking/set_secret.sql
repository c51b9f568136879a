UPDATE tracking SET identify_secret = $2 WHERE marketplace_id = $1
