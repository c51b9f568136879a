DELETE FROM bins WHERE expires_at <= $1
