-- Not when somebody gave it another webhook meanwhile; 0 is none.
UPDATE campaigns
SET name = $3, parts = $4, webhook_id = $5
WHERE marketplace_id = $1 AND id = $2 AND coalesce(webhook_id, 0) = $6
