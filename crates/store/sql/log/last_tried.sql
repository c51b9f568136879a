-- Of the newest only: a webhook may have many thousands in one state.
SELECT d.id, d.event_id, d.outcome, d.last_attempt_at
FROM deliveries d
WHERE d.webhook_id = $1 AND d.state = $2 AND NOT d.test AND d.last_attempt_at IS NOT NULL
ORDER BY d.id DESC
LIMIT 100
