-- What of a webhook was sent again together: everything that a filter of the log matches.

CREATE TABLE replays (
  -- Deliveries with smaller keys than this one were accepted before it; only those are sent again.
  id BIGINT NOT NULL PRIMARY KEY,
  marketplace_id BIGINT NOT NULL REFERENCES marketplaces (id),
  webhook_id BIGINT NOT NULL REFERENCES webhooks (id),
  state TEXT NOT NULL,
  -- JSON.
  filter TEXT NOT NULL,
  -- Whether bodies are rendered anew.
  render BOOLEAN NOT NULL,
  total BIGINT NOT NULL,
  -- How many were put into the queue so far.
  done BIGINT NOT NULL,
  -- How far it is: the last delivery that was looked at, or the last event where payloads are searched.
  reached BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE INDEX replays_webhook ON replays (webhook_id, id);
-- One at a time for each webhook.
CREATE UNIQUE INDEX replays_running ON replays (webhook_id) WHERE state = 'running';
