-- A pair: a list comes as an array here, as JSON there.
DELETE FROM caught WHERE id = ANY($1)
