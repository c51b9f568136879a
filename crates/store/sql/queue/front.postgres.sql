-- A pair: here all lines in one call; rows are locked, and those that another node is taking are left
-- to it.
SELECT q.delivery_id, q.webhook_id, q.due_at
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS r (webhook_id, wanted, taken)
CROSS JOIN LATERAL (
  SELECT f.delivery_id, f.webhook_id, f.due_at
  FROM queue f
  WHERE f.webhook_id = r.webhook_id AND f.lease_until IS NULL AND f.due_at <= $4
  ORDER BY f.due_at, f.delivery_id
  LIMIT r.wanted OFFSET r.taken
  FOR UPDATE SKIP LOCKED
) q
