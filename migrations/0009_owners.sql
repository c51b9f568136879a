-- What a webhook is part of: the id of its automation or campaign, as a JSON string.
ALTER TABLE webhooks ADD COLUMN owner TEXT;
