SELECT
  id, topic, occurred_at, received_at, idempotency_key, test, context, payload
FROM events
WHERE marketplace_id = $1 AND id = $2
