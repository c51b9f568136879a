-- The webhooks that something is due for, and since when: hops from one to the next through the index
-- `queue_ready`, so that a long line costs no more than a short one.
WITH RECURSIVE lines (webhook_id) AS (
  SELECT min(webhook_id) FROM queue WHERE lease_until IS NULL
  UNION ALL
  SELECT (SELECT min(q.webhook_id) FROM queue q WHERE q.lease_until IS NULL AND q.webhook_id > l.webhook_id)
  FROM lines l
  WHERE l.webhook_id IS NOT NULL
),
heads (webhook_id, due_at) AS (
  SELECT
    l.webhook_id,
    (SELECT min(q.due_at) FROM queue q WHERE q.webhook_id = l.webhook_id AND q.lease_until IS NULL)
  FROM lines l
  WHERE l.webhook_id IS NOT NULL
)
SELECT webhook_id FROM heads WHERE due_at <= $1 ORDER BY due_at, webhook_id
