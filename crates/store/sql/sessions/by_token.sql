SELECT
  s.id, s.user_agent, s.address, s.created_at, s.seen_at, s.expires_at,
  u.id AS user_id, u.email, u.name AS user_name, m.role, m.created_at AS member_since,
  k.id AS marketplace_id, k.slug, k.name AS marketplace_name, k.domain_id, k.tenant_id
FROM sessions s
JOIN users u ON u.id = s.user_id
JOIN members m ON m.marketplace_id = s.marketplace_id AND m.user_id = s.user_id
JOIN marketplaces k ON k.id = s.marketplace_id
WHERE s.token_hash = $1 AND s.expires_at > $2
