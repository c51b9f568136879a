-- Only here: a SQLite file has one server. Up to $2 of the smallest numbers that nobody renewed for $1 ms, under one
-- name; fewer rows when somebody else took them at this moment, or when all are taken.
WITH one AS MATERIALIZED (SELECT gen_random_uuid()::text AS holder)
INSERT INTO nodes (number, holder, seen_at, delivers, watches, sees)
SELECT n, one.holder, (extract(epoch FROM clock_timestamp()) * 1000)::bigint, false, false, 0
FROM generate_series(0, 62) AS n
CROSS JOIN one
WHERE NOT EXISTS (
  SELECT 1 FROM nodes
  WHERE number = n AND seen_at > (extract(epoch FROM clock_timestamp()) * 1000)::bigint - $1
)
ORDER BY n
LIMIT $2
ON CONFLICT (number) DO UPDATE SET
  holder = excluded.holder,
  seen_at = excluded.seen_at,
  delivers = excluded.delivers,
  watches = excluded.watches,
  sees = excluded.sees
WHERE nodes.seen_at <= excluded.seen_at - $1
RETURNING number, holder
