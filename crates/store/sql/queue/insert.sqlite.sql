-- A pair: many rows come as one JSON text here, as arrays there (see src/bulk.rs); and the clocks.
-- A token other than 0 means that a local worker has it already.
INSERT INTO queue (delivery_id, webhook_id, due_at, token, lease_until)
SELECT
  r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3,
  CASE
    WHEN r.value ->> 3 <> 0
    THEN CAST(round(unixepoch('subsec') * 1000) AS INTEGER) + w.timeout_ms + (r.value ->> 4)
  END
FROM json_each($1) r
JOIN webhooks w ON w.id = r.value ->> 1
