UPDATE deliveries
SET state = 'discarded'
WHERE webhook_id = $1 AND state = 'held'
