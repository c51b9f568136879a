UPDATE topics SET topic = $3 WHERE marketplace_id = $1 AND key = $2
