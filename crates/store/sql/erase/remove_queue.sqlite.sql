-- A pair: a list comes as JSON here, as an array there.
DELETE FROM queue
WHERE delivery_id IN (SELECT d.id FROM deliveries d WHERE d.event_id IN (SELECT value FROM json_each($1)))
