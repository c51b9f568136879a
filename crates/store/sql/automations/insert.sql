INSERT INTO automations (id, marketplace_id, product, name, trigger_on, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
