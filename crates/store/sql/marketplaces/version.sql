SELECT routing_version FROM marketplaces WHERE id = $1
