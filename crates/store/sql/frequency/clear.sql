DELETE FROM frequency WHERE webhook_id = $1
