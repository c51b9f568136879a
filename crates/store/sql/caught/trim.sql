-- Keeps the newest $2.
DELETE FROM caught
WHERE bin_id = $1 AND id <= (
  SELECT c.id FROM caught c WHERE c.bin_id = $1 ORDER BY c.id DESC LIMIT 1 OFFSET $2
)
