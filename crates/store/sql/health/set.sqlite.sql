-- A pair: many rows come as repeated values here, as arrays there (see src/bulk.rs).
UPDATE webhook_health
SET
  failures = r.column2,
  failing_since = r.column3,
  alerted_at = r.column4,
  last_delivered_at = r.column5
FROM (VALUES (?, ?, ?, ?, ?)) r
WHERE webhook_health.webhook_id = r.column1
