-- Only here: a SQLite file has one server. Says whether the last renewal was less than $6 ms ago.
WITH before AS (
  SELECT number, seen_at FROM nodes WHERE number = $1 AND holder = $2 FOR UPDATE
)
UPDATE nodes
SET
  seen_at = (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
  delivers = $3,
  watches = $4,
  sees = $5
FROM before
WHERE nodes.number = before.number
RETURNING before.seen_at > (extract(epoch FROM clock_timestamp()) * 1000)::bigint - $6
