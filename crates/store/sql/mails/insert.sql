INSERT INTO mails (alert_id, recipient, due_at, tries)
VALUES ($1, $2, $3, 0)
