SELECT id, webhook_id, state, filter, render, total, done, ended_at
FROM replays
WHERE marketplace_id = $1 AND webhook_id = $2 AND id = $3
