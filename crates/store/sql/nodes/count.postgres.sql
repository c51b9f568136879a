-- Only here: a SQLite file has one server.
SELECT count(*) FROM nodes
WHERE seen_at > (extract(epoch FROM clock_timestamp()) * 1000)::bigint - $1
