-- A pair: a list comes as an array here, as JSON there.
INSERT INTO queue (delivery_id, webhook_id, due_at, token)
SELECT u.id, $2, $3, 0 FROM unnest($1::bigint[]) AS u (id)
ON CONFLICT (delivery_id) DO NOTHING
