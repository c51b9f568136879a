-- Only here: a SQLite file has one server.
SELECT count(DISTINCT holder) FROM nodes WHERE seen_at > (extract(epoch FROM clock_timestamp()) * 1000)::bigint - $1
