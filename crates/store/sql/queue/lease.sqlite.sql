-- A pair: the clocks, lists.
UPDATE queue
SET
  token = $1,
  lease_until = CAST(round(unixepoch('subsec') * 1000) AS INTEGER) + w.timeout_ms + $2
FROM webhooks w
WHERE w.id = queue.webhook_id AND queue.delivery_id IN (SELECT value FROM json_each($3))
