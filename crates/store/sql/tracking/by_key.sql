SELECT
  t.switched_on, t.key, t.origins, t.identify_secret, t.last_view_at,
  k.id AS marketplace_id, k.slug, k.name, k.domain_id, k.tenant_id
FROM tracking t
JOIN marketplaces k ON k.id = t.marketplace_id
WHERE t.key = $1
