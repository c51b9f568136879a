-- Nothing when it was stopped meanwhile, or somebody else took this step.
UPDATE replays
SET reached = $3, done = done + $4, state = $5, ended_at = $6
WHERE id = $1 AND reached = $2 AND state = 'running'
