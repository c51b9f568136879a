-- People are told of a pause by hand, too. It is no failure, so it does not stand among those.

ALTER TABLE alerts ADD COLUMN pause BOOLEAN NOT NULL DEFAULT false;
