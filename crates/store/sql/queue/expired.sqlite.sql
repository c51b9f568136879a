-- A pair: the clocks, lists; and the writing transaction keeps others out.
SELECT delivery_id, webhook_id
FROM queue
WHERE
  lease_until < CAST(round(unixepoch('subsec') * 1000) AS INTEGER)
  AND webhook_id NOT IN (SELECT value FROM json_each($1))
ORDER BY lease_until, delivery_id
LIMIT $2
