INSERT INTO setup_links (hash, expires_at) VALUES ($1, $2)
