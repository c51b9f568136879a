-- A pair: a list comes as JSON here, as an array there.
DELETE FROM envelopes WHERE event_id IN (SELECT value FROM json_each($1))
