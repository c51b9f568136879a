-- A pair: many rows come as repeated values here, as arrays there (see src/bulk.rs).
INSERT INTO deliveries
  (id, marketplace_id, event_id, webhook_id, topic, test, state, outcome, attempt_count)
SELECT r.*, 0 FROM (VALUES (?, ?, ?, ?, ?, ?, ?, ?)) r WHERE r.column1 IS NOT NULL
