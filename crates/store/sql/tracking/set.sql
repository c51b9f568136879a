UPDATE tracking SET switched_on = $2, origins = $3 WHERE marketplace_id = $1
