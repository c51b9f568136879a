-- Changes nothing; who else changes its blocks waits for the commit.
UPDATE search_segments SET last_event = last_event WHERE first_event = $1
