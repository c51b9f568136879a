-- A pair: many rows come as repeated values here, as arrays there (see src/bulk.rs).
-- Gives back those that were free: new, or past their time.
INSERT INTO frequency (webhook_id, key, since, until)
SELECT r.* FROM (VALUES (?, ?, ?, ?)) r WHERE r.column1 IS NOT NULL
ON CONFLICT (webhook_id, key) DO UPDATE SET since = excluded.since, until = excluded.until
WHERE frequency.until <= excluded.since
RETURNING webhook_id, key
