UPDATE mails
SET due_at = $4, tries = tries + 1, lease_until = NULL
WHERE alert_id = $1 AND recipient = $2 AND lease_until = $3
