UPDATE deliveries
SET
  state = CASE WHEN attempt_count = 0 THEN 'pending' ELSE 'retrying' END,
  body = CASE WHEN $2 THEN NULL ELSE body END
WHERE id = $1
