-- A pair: a list comes as an array here, as JSON there.
DELETE FROM queue
WHERE delivery_id IN (SELECT d.id FROM deliveries d WHERE d.event_id = ANY($1))
