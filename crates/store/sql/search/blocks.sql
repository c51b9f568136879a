-- One block a segment, from the newest on; a segment without such a block counts too.
SELECT s.first_event, b.entries
FROM search_segments s
LEFT JOIN search_blocks b ON b.first_event = s.first_event AND b.bucket = $1
WHERE s.first_event < $2
ORDER BY s.first_event DESC
LIMIT $3
