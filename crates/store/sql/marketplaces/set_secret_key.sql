UPDATE marketplaces
SET
  secret_key = $2,
  secret_key_stand_in = coalesce(secret_key_stand_in, $3),
  routing_version = routing_version + 1
WHERE id = $1
