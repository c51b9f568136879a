-- A pair: a list comes as JSON here, as an array there.
SELECT id, payload, context FROM events WHERE marketplace_id = $1 AND id IN (SELECT value FROM json_each($2))
