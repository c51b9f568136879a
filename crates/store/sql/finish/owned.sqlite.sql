-- A pair: many rows (see src/bulk.rs); the writing transaction keeps others out.
SELECT
  q.delivery_id, d.marketplace_id, d.webhook_id, d.attempt_count,
  CASE WHEN w.deleted_at IS NULL THEN w.state ELSE 'deleted' END AS webhook_state
FROM json_each($1) r
JOIN queue q ON q.delivery_id = r.value ->> 0 AND q.token = r.value ->> 1
JOIN deliveries d ON d.id = q.delivery_id
JOIN webhooks w ON w.id = d.webhook_id
