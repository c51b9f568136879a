-- A pair: a list comes as an array here; and rows are locked in the order of their keys, as by who removes
-- old ones, so that the two can't wait for each other in a circle.
UPDATE deliveries
SET
  state = CASE WHEN attempt_count = 0 THEN 'pending' ELSE 'retrying' END,
  attempts_before = attempt_count,
  body = CASE WHEN $2 THEN NULL ELSE body END
WHERE id = ANY(
  ARRAY(
    SELECT d.id
    FROM deliveries d
    WHERE d.id = ANY($1) AND d.state IN ('delivered', 'exhausted', 'discarded')
    ORDER BY d.id
    FOR NO KEY UPDATE
  )
)
RETURNING id
