-- A pair: many rows come as one JSON text here, as arrays there (see src/bulk.rs).
UPDATE deliveries SET state = r.value ->> 1
FROM json_each($1) r
WHERE deliveries.id = r.value ->> 0
