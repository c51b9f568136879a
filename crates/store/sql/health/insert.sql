INSERT INTO webhook_health (webhook_id, failures) VALUES ($1, 0)
