-- A pair: a list comes as an array here, as JSON there; and src/bulk.rs says why rows are found so.
SELECT
  d.id AS delivery_id, d.marketplace_id, d.webhook_id, d.attempt_count, d.test AS delivery_test,
  e.id, e.topic, e.occurred_at, e.received_at, e.idempotency_key, e.test, e.context, e.payload,
  b.content, around.opening, around.closing, w.state = 'active' AS active,
  d.attempts_before,
  -- Of the others, those that say nothing about the receiver.
  CASE
    WHEN d.attempt_count > d.attempts_before
      THEN (
        SELECT count(*)
        FROM attempts a
        WHERE a.delivery_id = d.id AND a.number > d.attempts_before AND a.outcome IN ('template', 'interrupted')
      )
    ELSE 0
  END AS not_sent
FROM deliveries d
JOIN webhooks w ON w.id = ANY(ARRAY[d.webhook_id])
JOIN events e ON e.id = ANY(ARRAY[d.event_id])
LEFT JOIN bodies b ON b.event_id = ANY(ARRAY[d.event_id]) AND b.hash = d.body
LEFT JOIN envelopes around ON around.event_id = ANY(ARRAY[d.event_id]) AND around.hash = d.body
WHERE d.id = ANY($1)
