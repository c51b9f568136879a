SELECT catalogs FROM marketplaces WHERE id = $1
