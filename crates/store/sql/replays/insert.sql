-- Nothing where one is running.
INSERT INTO replays (id, marketplace_id, webhook_id, state, filter, render, total, done, reached)
VALUES ($1, $2, $3, 'running', $4, $5, $6, 0, $7)
ON CONFLICT DO NOTHING
