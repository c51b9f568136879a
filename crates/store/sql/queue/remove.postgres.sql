-- A pair: many rows come as an array here, as repeated values there (see src/bulk.rs).
DELETE FROM queue WHERE delivery_id = ANY($1)
