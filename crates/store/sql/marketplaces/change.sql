-- What is null stays as it is.
UPDATE marketplaces
SET
  name = COALESCE($2, name),
  domain_id = COALESCE($3, domain_id),
  tenant_id = COALESCE($4, tenant_id),
  catalogs = COALESCE($5, catalogs),
  schema_check = COALESCE($6, schema_check),
  enterprise_topics = COALESCE($7, enterprise_topics),
  routing_version = routing_version + 1
WHERE id = $1
