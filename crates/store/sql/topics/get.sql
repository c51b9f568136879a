SELECT topic FROM topics WHERE marketplace_id = $1 AND key = $2
