-- A pair: the writing transaction keeps others out.
SELECT user_id FROM members WHERE marketplace_id = $1 AND role = 'owner' ORDER BY user_id
