-- Only here: a SQLite file has one server. Each claim has a name of its own.
DELETE FROM nodes WHERE holder = $1
