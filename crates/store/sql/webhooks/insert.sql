INSERT INTO webhooks
  (id, owner, marketplace_id, name, state, revision, settings, secrets, timeout_ms, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
