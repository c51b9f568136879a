-- A pair: the clocks; and here rows are locked, and those that another node is taking are left to it.
SELECT delivery_id, token > 0
FROM queue
WHERE lease_until < (extract(epoch FROM clock_timestamp()) * 1000)::bigint
ORDER BY lease_until, delivery_id
LIMIT $1
FOR UPDATE SKIP LOCKED
