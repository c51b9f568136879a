-- A pair: many rows come as repeated values here, as arrays there (see src/bulk.rs).
INSERT INTO events
  (id, marketplace_id, topic, occurred_at, received_at, idempotency_key, fingerprint, deliveries, test,
   context, payload)
SELECT * FROM (VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)) WHERE column1 IS NOT NULL
ON CONFLICT (marketplace_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
