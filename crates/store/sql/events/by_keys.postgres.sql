-- A pair: many rows (see src/bulk.rs).
SELECT e.id, e.marketplace_id, e.idempotency_key, e.fingerprint, e.deliveries
FROM (SELECT DISTINCT * FROM unnest($1::bigint[], $2::text[])) AS r (marketplace_id, idempotency_key)
JOIN events e ON e.marketplace_id = r.marketplace_id AND e.idempotency_key = r.idempotency_key
