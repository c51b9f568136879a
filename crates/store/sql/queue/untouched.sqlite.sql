-- A pair: a list comes as JSON here, as an array there.
UPDATE queue SET token = 0, lease_until = NULL WHERE delivery_id IN (SELECT value FROM json_each($1))
