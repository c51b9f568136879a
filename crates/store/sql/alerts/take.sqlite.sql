-- A pair: the writing transaction keeps others out.
SELECT id, marketplace_id, webhook_id, at
FROM alerts
WHERE NOT addressed
ORDER BY at, id
LIMIT $1
