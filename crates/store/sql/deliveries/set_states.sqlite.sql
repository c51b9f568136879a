-- A pair: many rows come as repeated values here, as arrays there (see src/bulk.rs).
UPDATE deliveries SET state = r.column2
FROM (VALUES (?, ?)) r
WHERE deliveries.id = r.column1
