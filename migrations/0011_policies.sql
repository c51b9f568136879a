-- What a marketplace decides about topics and events, beside its catalogs.
ALTER TABLE marketplaces ADD COLUMN schema_check TEXT NOT NULL DEFAULT 'off';
ALTER TABLE marketplaces ADD COLUMN enterprise_topics TEXT NOT NULL DEFAULT 'available';
