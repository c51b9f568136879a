-- Marketplaces, people, what signs in. Keys are made by the application (docs/adr/0002-keys-and-ids.md);
-- times are Unix milliseconds; tokens and keys stand here as SHA-256 in hex.

CREATE TABLE marketplaces (
  id BIGINT NOT NULL PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  domain_id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  -- Catalogs that are switched on: a JSON array of names.
  catalogs TEXT NOT NULL,
  -- Counts changes of what an acceptance depends on.
  routing_version BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

INSERT INTO marketplaces (id, slug, name, domain_id, tenant_id, catalogs, routing_version, created_at)
VALUES (1, 'default', 'default', 'default', 'default', '["learning"]', 1, 0);

CREATE TABLE users (
  id BIGINT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE members (
  marketplace_id BIGINT NOT NULL REFERENCES marketplaces (id),
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (marketplace_id, user_id)
);
CREATE INDEX members_user ON members (user_id);

CREATE TABLE sessions (
  id BIGINT NOT NULL PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  user_id BIGINT NOT NULL,
  marketplace_id BIGINT NOT NULL,
  user_agent TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  -- Who is no member any more is signed out.
  FOREIGN KEY (marketplace_id, user_id) REFERENCES members (marketplace_id, user_id) ON DELETE CASCADE
);
CREATE INDEX sessions_member ON sessions (marketplace_id, user_id);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE api_keys (
  id BIGINT NOT NULL PRIMARY KEY,
  marketplace_id BIGINT NOT NULL REFERENCES marketplaces (id),
  name TEXT NOT NULL,
  scope TEXT NOT NULL,
  hint TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX api_keys_marketplace ON api_keys (marketplace_id);

CREATE TABLE setup_links (
  hash TEXT NOT NULL PRIMARY KEY,
  expires_at BIGINT NOT NULL
);

CREATE TABLE stashes (
  token_hash TEXT NOT NULL PRIMARY KEY,
  session_id BIGINT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  sealed BYTEA NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX stashes_session ON stashes (session_id);
CREATE INDEX stashes_expiry ON stashes (expires_at);

-- Processes that share the database; a number is part of every key that its process makes.
CREATE TABLE nodes (
  number BIGINT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  seen_at BIGINT NOT NULL
);
