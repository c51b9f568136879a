-- What is due, and what a node has in hand or sends. No further than is asked for: a line may be long.
SELECT count(*)
FROM (
  SELECT q.delivery_id
  FROM queue q
  WHERE q.webhook_id = $1 AND q.lease_until IS NULL AND q.due_at <= $2
  UNION ALL
  SELECT q.delivery_id
  FROM queue q
  WHERE q.webhook_id = $1 AND q.lease_until IS NOT NULL
  LIMIT $3
) w
