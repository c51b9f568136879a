SELECT
  a.id, a.name, a.scope, a.hint, a.created_at, a.used_at,
  k.id AS marketplace_id, k.slug, k.name AS marketplace_name, k.domain_id, k.tenant_id
FROM api_keys a
JOIN marketplaces k ON k.id = a.marketplace_id
WHERE a.hash = $1
