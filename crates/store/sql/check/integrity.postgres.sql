-- A pair: Postgres has its own tools for that (pg_amcheck); SQLite reads every page and every index.
SELECT 'ok' AS finding
