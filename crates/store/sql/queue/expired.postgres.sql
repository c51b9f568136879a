-- A pair: the clocks; and here rows are locked, and those that another node is taking are left to it. The clock is
-- read once, in a query of its own, for the index to be used.
SELECT delivery_id, token > 0
FROM queue
WHERE lease_until < (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
ORDER BY lease_until, delivery_id
LIMIT $1
FOR UPDATE SKIP LOCKED
