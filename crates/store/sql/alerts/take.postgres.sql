-- A pair: here those that another node is about to address are passed over.
SELECT id, marketplace_id, webhook_id, at
FROM alerts
WHERE NOT addressed
ORDER BY at, id
LIMIT $1
FOR UPDATE SKIP LOCKED
