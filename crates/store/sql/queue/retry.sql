-- First in the webhook's line. Nothing changes while somebody has it.
INSERT INTO queue (delivery_id, webhook_id, due_at, token)
SELECT
  d.id, d.webhook_id,
  coalesce(
    (
      SELECT min(q.due_at) - 1
      FROM queue q
      WHERE q.webhook_id = d.webhook_id AND q.lease_until IS NULL AND q.due_at <= $2
    ),
    $2
  ),
  0
FROM deliveries d
WHERE d.id = $1
ON CONFLICT (delivery_id) DO UPDATE SET due_at = excluded.due_at
WHERE queue.lease_until IS NULL
