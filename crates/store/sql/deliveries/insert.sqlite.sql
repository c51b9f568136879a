-- A pair: many rows come as repeated values here, as arrays there (see src/bulk.rs).
INSERT INTO deliveries (attempt_count, id, marketplace_id, event_id, webhook_id, topic, test, state)
VALUES (0, ?, ?, ?, ?, ?, ?, ?)
