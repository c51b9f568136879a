-- A pair: a list comes as JSON here, as an array there.
SELECT DISTINCT d.event_id
FROM deliveries d
JOIN queue q ON q.delivery_id = d.id
WHERE d.event_id IN (SELECT value FROM json_each($1))
