-- A pair: many rows come as arrays here, as repeated values there (see src/bulk.rs).
-- A body that is stored stays, unless this attempt rendered one.
UPDATE deliveries
SET
  state = r.state,
  attempt_count = r.attempt_count,
  outcome = r.outcome,
  http_status = r.http_status,
  duration_us = r.duration_us,
  last_attempt_at = r.last_attempt_at,
  body = coalesce(r.body, deliveries.body)
FROM unnest(
  $1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bytea[]
) AS r (id, state, attempt_count, outcome, http_status, duration_us, last_attempt_at, body)
WHERE deliveries.id = ANY(ARRAY[r.id])
