DELETE FROM search_segments WHERE first_event = $1
