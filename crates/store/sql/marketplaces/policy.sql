SELECT catalogs, schema_check, enterprise_topics FROM marketplaces WHERE id = $1
