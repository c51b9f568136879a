INSERT INTO queue (delivery_id, webhook_id, due_at, token)
SELECT d.id, d.webhook_id, $2, 0
FROM deliveries d
WHERE
  d.webhook_id = $1
  AND d.state IN ('pending', 'retrying')
  AND NOT EXISTS (SELECT 1 FROM queue q WHERE q.delivery_id = d.id)
ON CONFLICT (delivery_id) DO NOTHING
