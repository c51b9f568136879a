SELECT event_id, terms FROM search_tail ORDER BY event_id LIMIT $1
