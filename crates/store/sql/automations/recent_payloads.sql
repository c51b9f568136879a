-- Of the last thousand events only: an event is not found by its topic.
SELECT payload
FROM events
WHERE id IN (
  SELECT r.id
  FROM (SELECT id, topic, test FROM events WHERE marketplace_id = $1 ORDER BY id DESC LIMIT 1000) r
  WHERE r.topic IN ($2, $3) AND NOT r.test
)
ORDER BY id DESC
LIMIT $4
