SELECT c.id, c.path, c.headers, c.body
FROM caught c
JOIN bins b ON b.id = c.bin_id
WHERE b.marketplace_id = $1 AND c.id > $2
ORDER BY c.id
LIMIT $3
