-- A pair: many rows come as repeated values here, as arrays there (see src/bulk.rs).
INSERT INTO attempts
  (id, delivery_id, number, at, revision, outcome, detail, request_body, response_body)
SELECT * FROM (VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)) WHERE column1 IS NOT NULL
