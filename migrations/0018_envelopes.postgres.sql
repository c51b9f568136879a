-- A pair: see the head of the other file.

CREATE TABLE envelopes (
  event_id BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  opening TEXT NOT NULL,
  closing TEXT NOT NULL,
  PRIMARY KEY (event_id, hash)
);
