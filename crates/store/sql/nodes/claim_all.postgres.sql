-- Only here: a SQLite file has one server. As `claim`, of all numbers under one name; a row for each that was free.
WITH one AS MATERIALIZED (SELECT gen_random_uuid()::text AS holder)
INSERT INTO nodes (number, holder, seen_at, delivers, watches, sees)
SELECT n, one.holder, (extract(epoch FROM clock_timestamp()) * 1000)::bigint, false, false, 0
FROM generate_series(0, 62) AS n
CROSS JOIN one
ORDER BY n
ON CONFLICT (number) DO UPDATE SET
  holder = excluded.holder,
  seen_at = excluded.seen_at,
  delivers = excluded.delivers,
  watches = excluded.watches,
  sees = excluded.sees
WHERE nodes.seen_at <= excluded.seen_at - $1
RETURNING holder
