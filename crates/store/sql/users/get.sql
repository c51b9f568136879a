SELECT id, email, name, password_hash FROM users WHERE id = $1
