-- A pair: many rows (see src/bulk.rs).
SELECT e.id, e.marketplace_id, e.idempotency_key, e.fingerprint, e.deliveries
FROM (VALUES (?, ?)) r
JOIN events e ON e.marketplace_id = r.column1 AND e.idempotency_key = r.column2
