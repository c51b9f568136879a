-- Test receivers, and who changed what.

CREATE TABLE bins (
  -- Random text: who knows it may send.
  id TEXT NOT NULL PRIMARY KEY,
  marketplace_id BIGINT NOT NULL REFERENCES marketplaces (id),
  status BIGINT NOT NULL,
  delay_ms BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX bins_marketplace ON bins (marketplace_id, created_at);
CREATE INDEX bins_expiry ON bins (expires_at);

CREATE TABLE caught (
  id BIGINT NOT NULL PRIMARY KEY,
  bin_id TEXT NOT NULL REFERENCES bins (id) ON DELETE CASCADE,
  at BIGINT NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  -- JSON.
  headers TEXT NOT NULL,
  body BYTEA NOT NULL
);
CREATE INDEX caught_bin ON caught (bin_id, id);

CREATE TABLE audit (
  id BIGINT NOT NULL PRIMARY KEY,
  marketplace_id BIGINT NOT NULL REFERENCES marketplaces (id),
  at BIGINT NOT NULL,
  -- JSON.
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  -- JSON.
  detail TEXT NOT NULL
);
CREATE INDEX audit_newest ON audit (marketplace_id, id);
