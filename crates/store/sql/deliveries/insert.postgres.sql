-- A pair: many rows come as arrays here, as repeated values there (see src/bulk.rs).
INSERT INTO deliveries
  (id, marketplace_id, event_id, webhook_id, topic, test, state, outcome, attempt_count)
SELECT u.*, 0
FROM unnest(
  $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::boolean[], $7::text[],
  $8::text[]
) AS u
WHERE TRUE
