-- A pair: here what another node removes at this moment is left to it.
SELECT id, deliveries FROM events WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
