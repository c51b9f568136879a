-- Whoever had them is gone.
UPDATE queue SET lease_until = 0 WHERE lease_until IS NOT NULL
