-- A key is its milliseconds times 2^21.
SELECT d.id / 2097152 / 3600000 AS hour, d.state, count(*)
FROM deliveries d
WHERE d.marketplace_id = $1 AND d.id >= $2 AND NOT d.test
GROUP BY d.id / 2097152 / 3600000, d.state
ORDER BY hour
