-- A pair: a list comes as JSON here, as an array there.
DELETE FROM profiles WHERE marketplace_id = $1 AND key IN (SELECT value FROM json_each($2))
