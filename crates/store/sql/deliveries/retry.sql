-- What had ended begins its retry schedule anew.
UPDATE deliveries
SET
  state = CASE WHEN attempt_count = 0 THEN 'pending' ELSE 'retrying' END,
  attempts_before =
    CASE WHEN state IN ('delivered', 'exhausted', 'discarded') THEN attempt_count ELSE attempts_before END,
  body = CASE WHEN $2 THEN NULL ELSE body END
WHERE id = $1
