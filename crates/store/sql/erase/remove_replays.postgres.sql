-- A pair: a list comes as an array here, as JSON there.
DELETE FROM replays WHERE id = ANY($1)
