-- A pair: many rows come as repeated values here, as arrays there (see src/bulk.rs); and the clocks.
-- A token other than 0 means that a local worker has it already.
INSERT INTO queue (delivery_id, webhook_id, due_at, token, lease_until)
SELECT
  r.column1, r.column2, r.column3, r.column4,
  CASE
    WHEN r.column4 <> 0
    THEN CAST(round(unixepoch('subsec') * 1000) AS INTEGER) + w.timeout_ms + r.column5
  END
FROM (VALUES (?, ?, ?, ?, ?)) r
JOIN webhooks w ON w.id = r.column2
