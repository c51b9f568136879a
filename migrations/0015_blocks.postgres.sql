-- A pair: here blocks of the search index are not compressed on the way in. They are hashes: nothing comes of it, and
-- trying costs a twentieth of what the database does.

ALTER TABLE search_blocks ALTER COLUMN entries SET STORAGE EXTERNAL;
