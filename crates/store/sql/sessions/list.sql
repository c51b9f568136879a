SELECT id, user_agent, address, created_at, seen_at
FROM sessions
WHERE user_id = $1 AND expires_at > $2
ORDER BY seen_at DESC, id DESC
