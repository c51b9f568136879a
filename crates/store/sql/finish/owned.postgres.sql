-- A pair: many rows (see src/bulk.rs); here the rows are locked, in the order of their keys so that
-- two batches can't wait for each other, and the webhooks are kept from being paused meanwhile.
SELECT
  q.delivery_id, d.marketplace_id, d.webhook_id, d.attempt_count,
  CASE WHEN w.deleted_at IS NULL THEN w.state ELSE 'deleted' END AS webhook_state
FROM unnest($1::bigint[], $2::bigint[]) AS r (delivery_id, token)
JOIN queue q ON q.delivery_id = r.delivery_id AND q.token = r.token
JOIN deliveries d ON d.id = q.delivery_id
JOIN webhooks w ON w.id = d.webhook_id
ORDER BY q.delivery_id
FOR UPDATE OF q
FOR SHARE OF w
