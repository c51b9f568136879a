SELECT id, product, name, trigger_on, created_at FROM automations WHERE marketplace_id = $1 AND id = $2
