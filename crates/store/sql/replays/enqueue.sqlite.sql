-- A pair: a list comes as JSON here, as an array there.
INSERT INTO queue (delivery_id, webhook_id, due_at, token)
SELECT value, $2, $3, 0 FROM json_each($1) WHERE true
ON CONFLICT (delivery_id) DO NOTHING
