-- Keys of webhooks that want one event for each key in a time; and campaigns.

CREATE TABLE frequency (
  webhook_id BIGINT NOT NULL,
  -- The first 16 bytes of a hash, see crates/domain/src/webhook/frequency.rs.
  key BYTEA NOT NULL,
  -- When the event was accepted that was let through, and until when later ones are held back.
  since BIGINT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (webhook_id, key)
);
CREATE INDEX frequency_until ON frequency (until);

CREATE TABLE campaigns (
  id BIGINT NOT NULL PRIMARY KEY,
  marketplace_id BIGINT NOT NULL REFERENCES marketplaces (id),
  name TEXT NOT NULL,
  -- JSON of what its webhook does not hold: trigger, chosen fields, stop.
  parts TEXT NOT NULL,
  -- Null as long as it has no webhook.
  webhook_id BIGINT REFERENCES webhooks (id),
  created_at BIGINT NOT NULL
);
CREATE INDEX campaigns_marketplace ON campaigns (marketplace_id);
