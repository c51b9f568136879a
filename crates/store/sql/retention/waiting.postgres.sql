-- A pair: a list comes as an array here, as JSON there.
SELECT DISTINCT d.event_id
FROM deliveries d
JOIN queue q ON q.delivery_id = d.id
WHERE d.event_id = ANY($1)
