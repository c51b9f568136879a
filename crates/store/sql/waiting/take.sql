-- Nobody can claim a row with a lease, so what follows works on exactly these rows and removes them.
UPDATE queue SET token = -1, lease_until = 0 WHERE webhook_id = $1 AND lease_until IS NULL
