-- How far the next deliveries of the webhook go, and how many they are: reads nothing but the index.
SELECT max(w.id), count(*)
FROM (
  SELECT d.id
  FROM deliveries d
  WHERE d.webhook_id = $1 AND d.id > $2 AND d.id < $3
  ORDER BY d.id
  LIMIT $4
) w
