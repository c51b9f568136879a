-- A pair: SQLite reads every page and every index; Postgres has its own tools for that (pg_amcheck).
PRAGMA integrity_check(10)
