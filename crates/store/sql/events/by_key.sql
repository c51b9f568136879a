SELECT id, fingerprint, deliveries FROM events WHERE marketplace_id = $1 AND idempotency_key = $2
