SELECT bucket, entries FROM search_blocks WHERE first_event = $1
