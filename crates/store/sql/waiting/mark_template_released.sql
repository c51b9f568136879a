UPDATE deliveries
SET state = 'retrying'
WHERE webhook_id = $1 AND state = 'held' AND outcome = 'template'
