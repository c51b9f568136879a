-- The first condition on the state is the one of an index, which SQLite wants word for word.
UPDATE deliveries
SET state = 'retrying'
WHERE webhook_id = $1 AND state IN ('pending', 'retrying', 'held') AND state = 'held' AND outcome = 'template'
