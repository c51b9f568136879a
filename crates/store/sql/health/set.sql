UPDATE webhook_health
SET failures = $2, failing_since = $3, alerted_at = $4, last_delivered_at = $5
WHERE webhook_id = $1
