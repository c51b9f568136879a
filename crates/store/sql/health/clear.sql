UPDATE webhook_health
SET failures = 0, failing_since = NULL, alerted_at = NULL
WHERE webhook_id = $1
