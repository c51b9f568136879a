SELECT id, deliveries
FROM events
WHERE marketplace_id = $1 AND idempotency_key = $2 AND fingerprint = $3
