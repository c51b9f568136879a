SELECT failures, failing_since, alerted_at, last_delivered_at FROM webhook_health WHERE webhook_id = $1
