-- Webhooks, their revisions and health; a marketplace's own topics.

CREATE TABLE webhooks (
  id BIGINT NOT NULL PRIMARY KEY,
  marketplace_id BIGINT NOT NULL REFERENCES marketplaces (id),
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  revision BIGINT NOT NULL,
  -- JSON of the contract's members; a secret reads {"set":true}.
  settings TEXT NOT NULL,
  -- Sealed by the engine; empty once the webhook is deleted.
  secrets TEXT NOT NULL,
  -- A copy of the settings' member, for the length of leases.
  timeout_ms BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  -- A deleted webhook stays, because its log names it.
  deleted_at BIGINT
);
CREATE INDEX webhooks_marketplace ON webhooks (marketplace_id);

CREATE TABLE webhook_revisions (
  webhook_id BIGINT NOT NULL REFERENCES webhooks (id),
  revision BIGINT NOT NULL,
  settings TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (webhook_id, revision)
);

-- Beside webhooks, because deliveries write it and managers read that.
CREATE TABLE webhook_health (
  webhook_id BIGINT NOT NULL PRIMARY KEY REFERENCES webhooks (id),
  failures BIGINT NOT NULL,
  failing_since BIGINT,
  alerted_at BIGINT,
  last_delivered_at BIGINT
);

CREATE TABLE topics (
  marketplace_id BIGINT NOT NULL REFERENCES marketplaces (id),
  key TEXT NOT NULL,
  -- JSON of the topic.
  topic TEXT NOT NULL,
  PRIMARY KEY (marketplace_id, key)
);
