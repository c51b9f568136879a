-- A pair: a list comes as an array here, as JSON there.
DELETE FROM queue WHERE delivery_id = ANY($1)
