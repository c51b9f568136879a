-- A pair: a list comes as an array here, as JSON there.
UPDATE queue SET token = 0, lease_until = NULL WHERE delivery_id = ANY($1)
