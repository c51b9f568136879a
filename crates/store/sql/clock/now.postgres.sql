-- A pair: each database has its own clock function.
SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint
