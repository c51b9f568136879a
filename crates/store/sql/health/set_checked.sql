UPDATE webhook_health SET checked_at = $2 WHERE webhook_id = $1
