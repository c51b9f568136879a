UPDATE deliveries
SET state = CASE WHEN attempt_count = 0 THEN 'pending' ELSE 'retrying' END
WHERE webhook_id = $1 AND state = 'held'
