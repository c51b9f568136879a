UPDATE search_blocks SET entries = $3 WHERE first_event = $1 AND bucket = $2
