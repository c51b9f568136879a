-- A pair: many rows come as repeated values here, as arrays there (see src/bulk.rs).
INSERT INTO search_tail (event_id, terms) SELECT * FROM (VALUES (?, ?)) WHERE column1 IS NOT NULL
