SELECT count(*) FROM webhooks WHERE marketplace_id = $1 AND id = $2 AND deleted_at IS NULL
