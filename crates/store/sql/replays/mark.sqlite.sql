-- A pair: a list comes as JSON here; and the writing transaction keeps others out.
UPDATE deliveries
SET
  state = CASE WHEN attempt_count = 0 THEN 'pending' ELSE 'retrying' END,
  attempts_before = attempt_count,
  body = CASE WHEN $2 THEN NULL ELSE body END
WHERE id IN (SELECT value FROM json_each($1)) AND state IN ('delivered', 'exhausted', 'discarded')
RETURNING id
