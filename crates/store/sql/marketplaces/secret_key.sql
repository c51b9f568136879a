SELECT secret_key, secret_key_stand_in FROM marketplaces WHERE id = $1
