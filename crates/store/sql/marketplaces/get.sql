SELECT id, slug, name, domain_id, tenant_id FROM marketplaces WHERE id = $1
