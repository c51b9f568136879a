-- A pair: the clocks; here mails that another node is about to take are passed over.
WITH due AS MATERIALIZED (
  SELECT alert_id, recipient
  FROM mails
  WHERE due_at <= $1
    AND (lease_until IS NULL OR lease_until < (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
  ORDER BY due_at, alert_id, recipient
  LIMIT $3
  FOR UPDATE SKIP LOCKED
)
UPDATE mails m
SET lease_until = (extract(epoch FROM clock_timestamp()) * 1000)::bigint + $2
FROM due
WHERE m.alert_id = due.alert_id AND m.recipient = due.recipient
RETURNING m.alert_id, m.recipient, m.tries, m.lease_until
