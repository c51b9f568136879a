INSERT INTO migrations (number, name, checksum, taken_at) VALUES ($1, $2, $3, $4)
