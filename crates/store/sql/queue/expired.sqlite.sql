-- A pair: the clocks; and the writing transaction keeps others out.
SELECT delivery_id, token > 0
FROM queue
WHERE lease_until < CAST(round(unixepoch('subsec') * 1000) AS INTEGER)
ORDER BY lease_until, delivery_id
LIMIT $1
