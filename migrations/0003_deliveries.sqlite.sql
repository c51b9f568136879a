-- Events, deliveries, the queue, attempts. A pair, because in SQLite only INTEGER PRIMARY KEY (64 bits
-- there, 32 in Postgres) and WITHOUT ROWID keep a row in the tree of its key; with BIGINT each of
-- these hot tables would have a second tree. Indexes are in 0004, one text.
-- No foreign keys: one code path writes these rows in one transaction, and each would be looked up.

CREATE TABLE events (
  id INTEGER NOT NULL PRIMARY KEY,
  marketplace_id BIGINT NOT NULL,
  topic TEXT NOT NULL,
  occurred_at BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  idempotency_key TEXT,
  fingerprint TEXT NOT NULL,
  -- How many deliveries it made.
  deliveries BIGINT NOT NULL,
  test BOOLEAN NOT NULL,
  -- JSON.
  context TEXT NOT NULL,
  -- As it arrived; last, because SQLite reads the columns before it without it.
  payload TEXT NOT NULL
);

-- What events can be found by, in two parts: see crates/store/src/search.rs. The tail has a row an
-- event, of terms; a segment covers thousands of events, with a block for each value of a term's
-- first bits.
CREATE TABLE search_tail (
  event_id INTEGER NOT NULL PRIMARY KEY,
  terms BYTEA NOT NULL
);
CREATE TABLE search_segments (
  first_event INTEGER NOT NULL PRIMARY KEY,
  last_event BIGINT NOT NULL
);
CREATE TABLE search_blocks (
  first_event BIGINT NOT NULL,
  bucket BIGINT NOT NULL,
  entries BYTEA NOT NULL,
  PRIMARY KEY (first_event, bucket)
);

CREATE TABLE deliveries (
  id INTEGER NOT NULL PRIMARY KEY,
  marketplace_id BIGINT NOT NULL,
  event_id BIGINT NOT NULL,
  webhook_id BIGINT NOT NULL,
  topic TEXT NOT NULL,
  test BOOLEAN NOT NULL,
  -- All but `sending`, which is a lease in the queue.
  state TEXT NOT NULL,
  attempt_count BIGINT NOT NULL,
  -- Of the last attempt, for the log.
  outcome TEXT,
  http_status BIGINT,
  duration_us BIGINT,
  last_attempt_at BIGINT,
  -- The rendered body: a hash in `bodies`.
  body BYTEA
);

-- Only what is to be tried stands here: small and hot.
CREATE TABLE queue (
  delivery_id INTEGER NOT NULL PRIMARY KEY,
  webhook_id BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  -- By the database's clock; null while nobody has it.
  lease_until BIGINT,
  -- Of the claim that has it; 0 while nobody has it.
  token BIGINT NOT NULL
);

CREATE TABLE attempts (
  id INTEGER NOT NULL PRIMARY KEY,
  delivery_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  at BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  -- JSON: message, request and response without bodies, timing.
  detail TEXT NOT NULL,
  request_body BYTEA,
  response_body BYTEA
);

-- Each distinct content once per event, by the first 16 bytes of its SHA-256.
CREATE TABLE bodies (
  event_id BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  content BYTEA NOT NULL,
  PRIMARY KEY (event_id, hash)
);
