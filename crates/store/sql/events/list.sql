-- The start of a statement: src/filter.rs adds conditions, order and limit.
SELECT e.id, e.topic, e.occurred_at, e.received_at, e.deliveries
FROM events e
WHERE e.marketplace_id = $1 AND NOT e.test
