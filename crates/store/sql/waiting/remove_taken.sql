DELETE FROM queue WHERE webhook_id = $1 AND token = -1
