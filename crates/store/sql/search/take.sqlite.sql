-- A pair: lists come as JSON here, as arrays there; the writing transaction keeps others out.
DELETE FROM search_tail WHERE event_id IN (SELECT value FROM json_each($1))
