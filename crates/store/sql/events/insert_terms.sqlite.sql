-- A pair: many rows come as one JSON text here, as arrays there (see src/bulk.rs).
INSERT INTO event_terms (marketplace_id, term, event_id)
SELECT value ->> 0, value ->> 1, value ->> 2
FROM json_each($1)
WHERE true
ON CONFLICT (marketplace_id, term, event_id) DO NOTHING
