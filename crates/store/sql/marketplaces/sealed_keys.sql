SELECT id, secret_key FROM marketplaces WHERE secret_key IS NOT NULL ORDER BY id
