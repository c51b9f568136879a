-- Only here: a SQLite file has one server.
DELETE FROM nodes WHERE number = $1 AND holder = $2
