UPDATE webhooks
SET name = $3, revision = $4, settings = $5, secrets = $6, timeout_ms = $7, updated_at = $8
WHERE marketplace_id = $1 AND id = $2
