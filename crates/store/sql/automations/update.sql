UPDATE automations SET name = $3, trigger_on = $4 WHERE marketplace_id = $1 AND id = $2
