UPDATE bins SET status = $3, delay_ms = $4 WHERE marketplace_id = $1 AND id = $2
