-- A pair: each database has its own clock function.
SELECT CAST(round(unixepoch('subsec') * 1000) AS INTEGER)
