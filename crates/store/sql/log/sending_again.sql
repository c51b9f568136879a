-- src/filter.rs puts the filter in. What is sent again at this moment counts
-- as waiting, though its row says retrying.
SELECT count(*)
FROM queue q
JOIN deliveries d ON d.id = q.delivery_id
WHERE d.marketplace_id = $1 AND q.lease_until IS NOT NULL AND d.state = 'retrying'
/* filter */
