SELECT u.id, u.email, u.name, m.role, m.created_at
FROM members m
JOIN users u ON u.id = m.user_id
WHERE m.marketplace_id = $1 AND m.user_id = $2
