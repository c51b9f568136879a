SELECT count(*) FROM setup_links
WHERE hash = $1 AND expires_at > $2 AND NOT EXISTS (SELECT 1 FROM users)
