SELECT id, product, name, trigger_on, created_at FROM automations WHERE marketplace_id = $1 ORDER BY id
