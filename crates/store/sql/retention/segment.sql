SELECT first_event FROM search_segments WHERE last_event < $1 ORDER BY first_event LIMIT 1
