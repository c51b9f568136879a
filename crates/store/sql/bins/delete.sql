DELETE FROM bins WHERE marketplace_id = $1 AND id = $2
