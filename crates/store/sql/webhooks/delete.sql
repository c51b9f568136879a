UPDATE webhooks SET deleted_at = $3, secrets = '' WHERE marketplace_id = $1 AND id = $2
