SELECT count(*) FROM webhooks WHERE id = $1 AND state = 'active' AND deleted_at IS NULL
