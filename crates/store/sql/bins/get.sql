SELECT
  b.id, b.status, b.delay_ms, b.created_at, b.expires_at,
  (SELECT count(*) FROM caught c WHERE c.bin_id = b.id) AS requests,
  b.marketplace_id
FROM bins b
WHERE b.id = $1 AND b.expires_at > $2
