-- A pair: many rows come as repeated values here, as arrays there (see src/bulk.rs).
-- A body that is stored stays, unless this attempt rendered one.
UPDATE deliveries
SET
  state = r.column2,
  attempt_count = r.column3,
  outcome = r.column4,
  http_status = r.column5,
  duration_us = r.column6,
  last_attempt_at = r.column7,
  body = coalesce(r.column8, body)
FROM (VALUES (?, ?, ?, ?, ?, ?, ?, ?)) r
WHERE deliveries.id = r.column1
