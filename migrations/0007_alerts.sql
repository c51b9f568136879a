-- What the people of webhooks are told when deliveries fail, and the mails that are still to be sent.

-- Written with the attempt that gives the reason.
CREATE TABLE alerts (
  -- The key of that attempt.
  id BIGINT NOT NULL PRIMARY KEY,
  marketplace_id BIGINT NOT NULL REFERENCES marketplaces (id),
  webhook_id BIGINT NOT NULL REFERENCES webhooks (id),
  at BIGINT NOT NULL,
  -- JSON.
  detail TEXT NOT NULL,
  -- Whether its mails were written; a node that can send mail does that.
  addressed BOOLEAN NOT NULL
);
CREATE INDEX alerts_webhook ON alerts (webhook_id, id);
CREATE INDEX alerts_age ON alerts (at);
CREATE INDEX alerts_waiting ON alerts (at) WHERE NOT addressed;

-- Mails that are to be sent; one that is sent or given up leaves.
CREATE TABLE mails (
  alert_id BIGINT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  recipient TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  -- By the database's clock, and the proof of the node that sends it; null while nobody does.
  lease_until BIGINT,
  PRIMARY KEY (alert_id, recipient)
);
CREATE INDEX mails_due ON mails (due_at);
