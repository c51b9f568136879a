-- A pair: the clocks, lists; and here rows are locked, and those that another node is taking are left to it.
SELECT delivery_id, webhook_id
FROM queue
WHERE
  lease_until < (extract(epoch FROM clock_timestamp()) * 1000)::bigint
  AND webhook_id <> ALL($1)
ORDER BY lease_until, delivery_id
LIMIT $2
FOR UPDATE SKIP LOCKED
