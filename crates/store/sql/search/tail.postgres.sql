-- A pair: the name of the function that finds bytes in bytes.
SELECT event_id, terms FROM search_tail WHERE position($1::bytea IN terms) > 0 AND event_id < $2
