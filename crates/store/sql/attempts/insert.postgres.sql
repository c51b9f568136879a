-- A pair: many rows come as arrays here, as repeated values there (see src/bulk.rs).
INSERT INTO attempts
  (id, delivery_id, number, at, revision, outcome, detail, request_body, response_body)
SELECT *
FROM unnest(
  $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[],
  $8::bytea[], $9::bytea[]
)
