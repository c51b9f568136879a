SELECT first_event, last_event FROM search_segments
