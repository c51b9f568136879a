-- src/filter.rs puts the filter in.
SELECT d.state, count(*)
FROM deliveries d
WHERE d.marketplace_id = $1
/* filter */
GROUP BY d.state
