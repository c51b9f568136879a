-- A pair: many rows come as arrays here, as repeated values there (see src/bulk.rs).
-- Gives back those that were free: new, or past their time.
INSERT INTO frequency (webhook_id, key, since, until)
SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[])
ON CONFLICT (webhook_id, key) DO UPDATE SET since = excluded.since, until = excluded.until
WHERE frequency.until <= excluded.since
RETURNING webhook_id, key
