DELETE FROM mails WHERE alert_id = $1 AND recipient = $2 AND lease_until = $3
