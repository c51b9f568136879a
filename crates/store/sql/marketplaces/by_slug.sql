SELECT id, slug, name, domain_id, tenant_id FROM marketplaces WHERE slug = $1
