-- src/filter.rs puts the filter, order and limit in.
SELECT d.id, d.event_id
FROM deliveries d
WHERE d.marketplace_id = $1
/* filter */
