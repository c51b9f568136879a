-- The first condition on the state is the one of an index, which SQLite wants word for word.
UPDATE deliveries
SET state = CASE WHEN attempt_count = 0 THEN 'pending' ELSE 'retrying' END
WHERE webhook_id = $1 AND state IN ('pending', 'retrying', 'held') AND state = 'held'
