INSERT INTO caught (id, bin_id, at, method, path, headers, body)
SELECT $1, b.id, $3, $4, $5, $6, $7
FROM bins b
WHERE b.id = $2
