SELECT key_id FROM sealing_key
