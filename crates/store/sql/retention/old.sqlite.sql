-- A pair: the writing transaction keeps others out.
SELECT id, deliveries FROM events WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3
