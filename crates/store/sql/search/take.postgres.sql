-- A pair: here what another node seals at this moment is left to it.
DELETE FROM search_tail
WHERE event_id = ANY(
  ARRAY(SELECT event_id FROM search_tail ORDER BY event_id LIMIT $1 FOR UPDATE SKIP LOCKED)
)
RETURNING event_id, terms
