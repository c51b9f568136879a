-- A pair: many rows (see src/bulk.rs); the writing transaction keeps others out.
SELECT
  q.delivery_id, d.marketplace_id, d.event_id, d.webhook_id, d.attempt_count,
  CASE WHEN w.deleted_at IS NULL THEN w.state ELSE 'deleted' END AS webhook_state,
  w.revision AS webhook_revision,
  h.failures, h.failing_since, h.alerted_at, h.last_delivered_at
FROM (VALUES (?, ?)) r
JOIN queue q ON q.delivery_id = r.column1 AND q.token = r.column2
JOIN deliveries d ON d.id = q.delivery_id
JOIN webhooks w ON w.id = d.webhook_id
JOIN webhook_health h ON h.webhook_id = w.id
