-- Each count stops at a number that says enough.
SELECT
  (
    SELECT count(*)
    FROM (
      SELECT 1
      FROM deliveries d
      WHERE d.webhook_id = $1 AND d.state = 'delivered' AND NOT d.test
      LIMIT $2
    ) s
  ) AS sent,
  (
    SELECT count(*)
    FROM (
      SELECT 1
      FROM deliveries d
      WHERE d.webhook_id = $1 AND d.state = 'discarded' AND d.outcome = 'frequency'
      LIMIT $2
    ) h
  ) AS held_back
