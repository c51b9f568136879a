-- What nodes tell each other, so that each webhook is sent to by one of them at a time.

-- Whether the node sends deliveries.
ALTER TABLE nodes ADD COLUMN delivers BOOLEAN NOT NULL DEFAULT false;
-- Whether somebody looks at a console there and wants news.
ALTER TABLE nodes ADD COLUMN watches BOOLEAN NOT NULL DEFAULT false;
-- The nodes that deliver, as far as it knows: one bit a number.
ALTER TABLE nodes ADD COLUMN sees BIGINT NOT NULL DEFAULT 0;
