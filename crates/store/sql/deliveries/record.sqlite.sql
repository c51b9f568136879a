-- A pair: many rows come as one JSON text here, as arrays there (see src/bulk.rs).
-- A body that is stored stays, unless this attempt rendered one.
UPDATE deliveries
SET
  state = r.value ->> 1,
  attempt_count = r.value ->> 2,
  outcome = r.value ->> 3,
  http_status = r.value ->> 4,
  duration_us = r.value ->> 5,
  last_attempt_at = r.value ->> 6,
  body = coalesce(unhex(r.value ->> 7), body)
FROM json_each($1) r
WHERE deliveries.id = r.value ->> 0
