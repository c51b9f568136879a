-- Automations, and what goes out inside bodies of theirs: the marketplace's secret key.

CREATE TABLE automations (
  id BIGINT NOT NULL PRIMARY KEY,
  marketplace_id BIGINT NOT NULL REFERENCES marketplaces (id),
  product TEXT NOT NULL,
  -- What people call the product.
  name TEXT,
  -- granted or revoked; none until one is chosen.
  trigger_on TEXT,
  created_at BIGINT NOT NULL
);
CREATE INDEX automations_marketplace ON automations (marketplace_id);

-- Sealed by the engine.
ALTER TABLE marketplaces ADD COLUMN secret_key TEXT;
-- What stands for the key in bodies that are stored; made with the first key and kept, because those bodies are.
ALTER TABLE marketplaces ADD COLUMN secret_key_stand_in TEXT;

-- When a check of the connection was last answered with success at the URL that the webhook has.
ALTER TABLE webhook_health ADD COLUMN checked_at BIGINT;
