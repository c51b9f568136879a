-- What hours.sql counts and should not.
SELECT d.id / 2097152 / 3600000 AS hour, d.state, count(*)
FROM deliveries d
WHERE d.marketplace_id = $1 AND d.test AND d.id >= $2
GROUP BY d.id / 2097152 / 3600000, d.state
