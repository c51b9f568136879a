-- Only here: a SQLite file has one server. Who wants one of them waits for the commit.
SELECT number FROM nodes WHERE holder = $1 ORDER BY number FOR UPDATE
