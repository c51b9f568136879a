INSERT INTO events
  (id, marketplace_id, topic, occurred_at, received_at, fingerprint, deliveries, test, context, payload)
VALUES ($1, $2, $3, $4, $5, '', 1, true, $6, $7)
