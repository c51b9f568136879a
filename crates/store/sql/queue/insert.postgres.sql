-- A pair: many rows come as arrays here, as repeated values there (see src/bulk.rs); and the clocks.
-- A token other than 0 means that a local worker has it already.
INSERT INTO queue (delivery_id, webhook_id, due_at, token, lease_until)
SELECT
  r.delivery_id, r.webhook_id, r.due_at, r.token,
  CASE
    WHEN r.token <> 0
    THEN (extract(epoch FROM clock_timestamp()) * 1000)::bigint + w.timeout_ms + r.slack_ms
  END
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
  AS r (delivery_id, webhook_id, due_at, token, slack_ms)
JOIN webhooks w ON w.id = r.webhook_id
WHERE TRUE
