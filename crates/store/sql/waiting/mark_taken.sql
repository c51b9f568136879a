UPDATE deliveries SET state = $2
WHERE id IN (SELECT delivery_id FROM queue WHERE webhook_id = $1 AND token = -1)
