INSERT INTO stashes (token_hash, session_id, sealed, expires_at) VALUES ($1, $2, $3, $4)
