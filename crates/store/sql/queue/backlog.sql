SELECT
  (SELECT count(*) FROM queue WHERE lease_until IS NULL AND due_at <= $1),
  (SELECT count(*) FROM queue WHERE lease_until IS NULL AND due_at > $1),
  (SELECT count(*) FROM queue WHERE lease_until IS NOT NULL),
  (SELECT min(due_at) FROM queue WHERE lease_until IS NULL AND due_at <= $1)
