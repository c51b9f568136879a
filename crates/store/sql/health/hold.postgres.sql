-- Only here: SQLite has one writer. The rows are locked in the order of their keys, so that two batches
-- can't wait for each other.
SELECT webhook_id, alerted_at
FROM webhook_health
WHERE webhook_id = ANY($1)
ORDER BY webhook_id
FOR UPDATE
