-- A pair: many rows come as one JSON text here, as arrays there (see src/bulk.rs).
INSERT INTO events
  (id, marketplace_id, topic, occurred_at, received_at, idempotency_key, fingerprint, deliveries, test,
   context, payload)
SELECT
  value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
  value ->> 8, value ->> 9, value ->> 10
FROM json_each($1)
WHERE true
ON CONFLICT (marketplace_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
RETURNING id
