INSERT INTO search_segments (first_event, last_event) VALUES ($1, $2)
