INSERT INTO marketplaces (id, slug, name, domain_id, tenant_id, catalogs, routing_version, created_at)
VALUES ($1, $2, $3, $4, $5, '["learning"]', 1, $6)
ON CONFLICT (slug) DO NOTHING
