-- A pair: the clocks; the writing transaction keeps others out.
UPDATE mails
SET lease_until = CAST(round(unixepoch('subsec') * 1000) AS INTEGER) + $2
WHERE (alert_id, recipient) IN (
  SELECT alert_id, recipient
  FROM mails
  WHERE due_at <= $1
    AND (lease_until IS NULL OR lease_until < CAST(round(unixepoch('subsec') * 1000) AS INTEGER))
  ORDER BY due_at, alert_id, recipient
  LIMIT $3
)
RETURNING alert_id, recipient, tries, lease_until
