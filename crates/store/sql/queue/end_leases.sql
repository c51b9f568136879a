-- Whoever had them is gone. What was only in hand is as it was before.
UPDATE queue
SET
  lease_until = CASE WHEN token > 0 THEN 0 END,
  token = CASE WHEN token > 0 THEN token ELSE 0 END
WHERE lease_until IS NOT NULL
