SELECT sealed FROM stashes WHERE token_hash = $1 AND session_id = $2 AND expires_at > $3
