-- Known visitors, and how websites report views.

CREATE TABLE profiles (
  marketplace_id BIGINT NOT NULL REFERENCES marketplaces (id),
  -- The platform's own.
  id TEXT NOT NULL,
  -- Its place in lists.
  key BIGINT NOT NULL,
  -- JSON text of an object, as it was written.
  fields TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (marketplace_id, id)
);
CREATE INDEX profiles_newest ON profiles (marketplace_id, key);

CREATE TABLE tracking (
  marketplace_id BIGINT NOT NULL PRIMARY KEY REFERENCES marketplaces (id),
  switched_on BOOLEAN NOT NULL,
  -- Public: it stands in pages.
  key TEXT NOT NULL UNIQUE,
  -- A JSON array of texts.
  origins TEXT NOT NULL,
  -- Sealed.
  identify_secret TEXT NOT NULL,
  last_view_at BIGINT
);
