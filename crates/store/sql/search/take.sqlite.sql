-- A pair: the writing transaction keeps others out.
DELETE FROM search_tail
WHERE event_id IN (SELECT event_id FROM search_tail ORDER BY event_id LIMIT $1)
RETURNING event_id, terms
