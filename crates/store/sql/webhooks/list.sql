SELECT
  w.id, w.owner, w.state, w.revision, w.settings, w.secrets, w.created_at, w.updated_at,
  h.last_delivered_at, h.checked_at,
  (
    SELECT string_agg(r.state, ',' ORDER BY r.id)
    FROM (
      SELECT d.id, d.state
      FROM deliveries d
      WHERE d.webhook_id = w.id AND NOT d.test
      ORDER BY d.id DESC
      LIMIT 30
    ) r
  ) AS recent,
  (
    SELECT count(*)
    FROM deliveries d
    WHERE d.webhook_id = w.id AND d.state IN ('pending', 'retrying', 'held')
  ) AS waiting
FROM webhooks w
JOIN webhook_health h ON h.webhook_id = w.id
WHERE w.marketplace_id = $1 AND w.deleted_at IS NULL
ORDER BY w.name, w.id
