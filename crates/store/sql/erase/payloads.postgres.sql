-- A pair: a list comes as an array here, as JSON there.
SELECT id, payload, context FROM events WHERE marketplace_id = $1 AND id = ANY($2)
