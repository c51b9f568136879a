-- A pair: many rows come as arrays here, as repeated values there (see src/bulk.rs).
INSERT INTO events
  (id, marketplace_id, topic, occurred_at, received_at, idempotency_key, fingerprint, deliveries, test,
   context, payload)
SELECT *
FROM unnest(
  $1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::bigint[],
  $9::boolean[], $10::text[], $11::text[]
)
WHERE TRUE
ON CONFLICT (marketplace_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
