SELECT id, email, name, password_hash FROM users WHERE email = $1
