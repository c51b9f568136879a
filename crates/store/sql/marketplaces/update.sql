UPDATE marketplaces
SET name = $2, domain_id = $3, tenant_id = $4, routing_version = routing_version + 1
WHERE id = $1
