-- A pair: many rows come as one JSON text here, as arrays there (see src/bulk.rs).
INSERT INTO deliveries (id, marketplace_id, event_id, webhook_id, topic, test, state, attempt_count)
SELECT
  value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, 0
FROM json_each($1)
