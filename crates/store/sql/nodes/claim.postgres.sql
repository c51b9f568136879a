-- Only here: a SQLite file has one server. The smallest number that nobody renewed for $1 ms; no row
-- when somebody else took it at this moment, or when all are taken.
INSERT INTO nodes (number, holder, seen_at, delivers, watches, sees)
SELECT n, gen_random_uuid()::text, (extract(epoch FROM clock_timestamp()) * 1000)::bigint, false, false, 0
FROM generate_series(0, 62) AS n
WHERE NOT EXISTS (
  SELECT 1 FROM nodes
  WHERE number = n AND seen_at > (extract(epoch FROM clock_timestamp()) * 1000)::bigint - $1
)
ORDER BY n
LIMIT 1
ON CONFLICT (number) DO UPDATE SET
  holder = excluded.holder,
  seen_at = excluded.seen_at,
  delivers = excluded.delivers,
  watches = excluded.watches,
  sees = excluded.sees
WHERE nodes.seen_at <= excluded.seen_at - $1
RETURNING number, holder
