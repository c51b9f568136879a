UPDATE replays
SET state = 'stopped', ended_at = $4
WHERE marketplace_id = $1 AND webhook_id = $2 AND id = $3 AND state = 'running'
