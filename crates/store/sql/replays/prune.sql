DELETE FROM replays WHERE id < $1 AND state <> 'running'
