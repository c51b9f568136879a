UPDATE marketplaces SET catalogs = $2, routing_version = routing_version + 1 WHERE id = $1
