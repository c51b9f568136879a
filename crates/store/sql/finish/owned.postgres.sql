-- A pair: many rows (see src/bulk.rs); here the webhooks are kept from being paused meanwhile, and the rows are
-- locked: by webhook, in the order of their keys, and the webhook first. Who changes several webhooks goes the
-- same way, and so do other batches, so that nobody waits for each other in a circle.
-- Health is not locked: two nodes that end attempts of one webhook at the same moment may lose a
-- failure from a count that decides after hours. No index is walked for the order: that is what `+ 0` is for.
SELECT
  q.delivery_id, d.marketplace_id, d.event_id, d.webhook_id, d.attempt_count,
  CASE WHEN w.deleted_at IS NULL THEN w.state ELSE 'deleted' END AS webhook_state,
  w.revision AS webhook_revision,
  h.failures, h.failing_since, h.alerted_at, h.last_delivered_at
FROM unnest($1::bigint[], $2::bigint[]) AS r (delivery_id, token)
JOIN queue q ON q.delivery_id = ANY(ARRAY[r.delivery_id]) AND q.token = r.token
JOIN deliveries d ON d.id = ANY(ARRAY[r.delivery_id])
JOIN webhooks w ON w.id = ANY(ARRAY[d.webhook_id])
JOIN webhook_health h ON h.webhook_id = ANY(ARRAY[d.webhook_id])
ORDER BY d.webhook_id + 0, q.delivery_id
FOR SHARE OF w
FOR UPDATE OF q
