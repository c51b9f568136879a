-- A pair: here the rows must be locked, or two owners could remove each other at the same moment.
SELECT user_id FROM members WHERE marketplace_id = $1 AND role = 'owner' ORDER BY user_id FOR UPDATE
