-- A pair: see 0003. What stands around the event's payload in a request's body, when the body is that: the payload is
-- stored with the event. A body is found here or in `bodies`.

CREATE TABLE envelopes (
  event_id BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  opening TEXT NOT NULL,
  closing TEXT NOT NULL,
  PRIMARY KEY (event_id, hash)
) WITHOUT ROWID;
