DELETE FROM users
WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM members WHERE user_id = $1)
