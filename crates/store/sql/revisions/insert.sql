INSERT INTO webhook_revisions (webhook_id, revision, settings, created_at) VALUES ($1, $2, $3, $4)
