-- Only here: a SQLite file has one server.
UPDATE nodes
SET seen_at = (extract(epoch FROM clock_timestamp()) * 1000)::bigint
WHERE holder = $1
