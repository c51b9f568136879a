-- A pair: here what another node seals or erases at this moment is left to it.
DELETE FROM search_tail
WHERE event_id = ANY(ARRAY(SELECT event_id FROM search_tail WHERE event_id = ANY($1) FOR UPDATE SKIP LOCKED))
