-- A pair: many rows come as one JSON text here, as arrays there (see src/bulk.rs).
INSERT INTO attempts
  (id, delivery_id, number, at, revision, outcome, detail, request_body, response_body)
SELECT
  value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
  unhex(value ->> 7), unhex(value ->> 8)
FROM json_each($1)
