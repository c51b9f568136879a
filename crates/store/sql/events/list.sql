-- src/filter.rs puts the filter, order and limit in.
SELECT e.id, e.topic, e.occurred_at, e.received_at, e.deliveries
FROM events e
WHERE e.marketplace_id = $1 AND NOT e.test
/* filter */
