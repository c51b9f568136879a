DELETE FROM automations WHERE marketplace_id = $1 AND id = $2
