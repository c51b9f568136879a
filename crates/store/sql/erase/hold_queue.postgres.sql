-- Only here: on SQLite the writing transaction keeps others out. In the order in which attempts are recorded, so that
-- nobody waits for each other in a circle.
SELECT q.delivery_id
FROM queue q
JOIN deliveries d ON d.id = q.delivery_id
WHERE d.event_id = ANY($1)
ORDER BY q.webhook_id, q.delivery_id
FOR UPDATE OF q
