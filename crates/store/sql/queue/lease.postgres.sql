-- A pair: the clocks, lists.
UPDATE queue
SET
  token = $1,
  lease_until = (extract(epoch FROM clock_timestamp()) * 1000)::bigint + w.timeout_ms + $2
FROM webhooks w
WHERE w.id = queue.webhook_id AND queue.delivery_id = ANY($3)
