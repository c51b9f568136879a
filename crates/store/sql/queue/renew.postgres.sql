-- A pair: the clocks; many rows (see src/bulk.rs).
UPDATE queue
SET lease_until = (extract(epoch FROM clock_timestamp()) * 1000)::bigint + w.timeout_ms + r.slack_ms
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS r (delivery_id, token, slack_ms), webhooks w
WHERE w.id = queue.webhook_id AND queue.delivery_id = ANY(ARRAY[r.delivery_id]) AND queue.token = r.token
RETURNING queue.delivery_id
