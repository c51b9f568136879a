UPDATE webhooks SET state = $3 WHERE marketplace_id = $1 AND id = $2
