-- A pair: many rows come as repeated values here, as an array there (see src/bulk.rs).
DELETE FROM queue WHERE delivery_id IN (VALUES (?))
