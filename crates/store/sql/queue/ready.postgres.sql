-- The first $3 due deliveries of each webhook, whatever the length of its line: `lines` hops from one
-- webhook to the next through the index. A pair: rows are locked here, and those that another node
-- is taking are left to it; lists.
WITH RECURSIVE lines (webhook_id) AS (
  SELECT min(webhook_id) FROM queue WHERE lease_until IS NULL
  UNION ALL
  SELECT (SELECT min(q.webhook_id) FROM queue q WHERE q.lease_until IS NULL AND q.webhook_id > l.webhook_id)
  FROM lines l
  WHERE l.webhook_id IS NOT NULL
)
SELECT q.delivery_id, q.webhook_id, q.due_at
FROM lines l
CROSS JOIN LATERAL (
  SELECT f.delivery_id, f.webhook_id, f.due_at
  FROM queue f
  WHERE f.webhook_id = l.webhook_id AND f.lease_until IS NULL AND f.due_at <= $1
  ORDER BY f.due_at, f.delivery_id
  LIMIT $3
  FOR UPDATE SKIP LOCKED
) q
WHERE l.webhook_id <> ALL($2)
