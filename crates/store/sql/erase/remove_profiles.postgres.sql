-- A pair: a list comes as an array here, as JSON there.
DELETE FROM profiles WHERE marketplace_id = $1 AND key = ANY($2)
