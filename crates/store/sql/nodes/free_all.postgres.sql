-- Only here: a SQLite file has one server.
DELETE FROM nodes WHERE holder = $1
