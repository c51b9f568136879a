DELETE FROM stashes WHERE expires_at <= $1
