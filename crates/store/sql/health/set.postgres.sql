-- A pair: many rows come as arrays here, as repeated values there (see src/bulk.rs). They come sorted,
-- so that two batches can't wait for each other. They were read without a lock: what somebody who looked
-- for overdue alerts wrote since stays, and it is the later one, because nobody sets it back.
UPDATE webhook_health
SET
  failures = r.failures,
  failing_since = r.failing_since,
  alerted_at = greatest(webhook_health.alerted_at, r.alerted_at),
  last_delivered_at = r.last_delivered_at
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
  AS r (webhook_id, failures, failing_since, alerted_at, last_delivered_at)
WHERE webhook_health.webhook_id = ANY(ARRAY[r.webhook_id])
