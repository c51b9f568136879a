-- A key is its milliseconds times 2^21. All states are named, so that the index of states is read and
-- nothing else; tests are counted there too, see hours_of_tests.
SELECT d.id / 2097152 / 3600000 AS hour, d.state, count(*)
FROM deliveries d
WHERE
  d.marketplace_id = $1
  AND d.state IN ('pending', 'retrying', 'delivered', 'exhausted', 'held', 'discarded')
  AND d.id >= $2
GROUP BY d.id / 2097152 / 3600000, d.state
ORDER BY hour
