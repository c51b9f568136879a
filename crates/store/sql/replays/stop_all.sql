UPDATE replays SET state = 'stopped', ended_at = $2 WHERE webhook_id = $1 AND state = 'running'
