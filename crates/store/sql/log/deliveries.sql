-- src/filter.rs puts the filter, order and limit in.
SELECT
  d.id, d.event_id, d.webhook_id, w.name AS webhook_name, d.topic,
  CASE WHEN q.lease_until IS NULL THEN d.state ELSE 'sending' END AS state,
  d.test, d.attempt_count, d.outcome, d.http_status, d.duration_us, d.last_attempt_at,
  CASE WHEN q.lease_until IS NULL THEN q.due_at END AS next_attempt_at
FROM deliveries d
JOIN webhooks w ON w.id = d.webhook_id
LEFT JOIN queue q ON q.delivery_id = d.id
WHERE d.marketplace_id = $1
/* filter */
