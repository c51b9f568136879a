SELECT id, slug, name, domain_id, tenant_id FROM marketplaces ORDER BY slug
