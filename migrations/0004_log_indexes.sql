-- What the log, the queue and the counts are read by. Keys hold their time, so `id` sorts by it.

CREATE UNIQUE INDEX events_idempotency ON events (marketplace_id, idempotency_key)
WHERE idempotency_key IS NOT NULL;
CREATE INDEX events_newest ON events (marketplace_id, id);

CREATE INDEX deliveries_newest ON deliveries (marketplace_id, id);
CREATE INDEX deliveries_state ON deliveries (marketplace_id, state, id);
CREATE INDEX deliveries_webhook ON deliveries (webhook_id, id);
-- The marketplace last, so that counts read nothing but the index.
CREATE INDEX deliveries_webhook_state ON deliveries (webhook_id, state, id, marketplace_id);
CREATE INDEX deliveries_event ON deliveries (event_id);
-- Failures and tests are few among many: filters name these conditions word for word.
CREATE INDEX deliveries_failed ON deliveries (marketplace_id, id)
WHERE outcome <> 'delivered';
CREATE INDEX deliveries_tests ON deliveries (marketplace_id, id)
WHERE test;

-- The front of each webhook's line.
CREATE INDEX queue_ready ON queue (webhook_id, due_at, delivery_id)
WHERE lease_until IS NULL;
CREATE INDEX queue_leased ON queue (lease_until)
WHERE lease_until IS NOT NULL;

CREATE UNIQUE INDEX attempts_delivery ON attempts (delivery_id, number);
