-- A pair: a list comes as an array here, as JSON there.
DELETE FROM envelopes WHERE event_id = ANY($1)
