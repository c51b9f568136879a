-- A pair: many rows (see src/bulk.rs).
UPDATE queue SET token = r.column2
FROM (VALUES (?, ?)) r
WHERE queue.delivery_id = r.column1
