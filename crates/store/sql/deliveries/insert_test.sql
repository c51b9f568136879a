INSERT INTO deliveries
  (id, marketplace_id, event_id, webhook_id, topic, test, state, attempt_count, outcome, http_status,
   duration_us, last_attempt_at, body)
VALUES ($1, $2, $3, $4, $5, true, $6, $7, $8, $9, $10, $11, $12)
