-- Only here: on SQLite the writing transaction keeps others out. Who wants to send one of them again
-- waits, and finds it gone.
SELECT id FROM deliveries WHERE event_id = ANY($1) ORDER BY id FOR UPDATE
