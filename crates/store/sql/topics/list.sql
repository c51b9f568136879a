SELECT topic FROM topics WHERE marketplace_id = $1 ORDER BY key
