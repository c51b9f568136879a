UPDATE webhook_health SET alerted_at = $2 WHERE webhook_id = $1
