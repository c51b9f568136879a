UPDATE marketplaces SET secret_key = $2 WHERE id = $1
