INSERT INTO sealing_key (one, key_id)
VALUES (1, $1)
ON CONFLICT (one) DO UPDATE SET key_id = excluded.key_id
