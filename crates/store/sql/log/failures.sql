-- Failures are few among many: read by the index deliveries_failed, whose condition this names.
SELECT d.webhook_id, w.name, count(*)
FROM deliveries d
JOIN webhooks w ON w.id = d.webhook_id
WHERE
  d.marketplace_id = $1
  AND d.outcome <> 'delivered'
  AND d.outcome <> 'frequency'
  AND NOT d.test
  AND d.id >= $2
GROUP BY d.webhook_id, w.name
ORDER BY count(*) DESC, d.webhook_id
