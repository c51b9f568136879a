-- A pair: here the writing transaction keeps others out, and so it is kept short.
DELETE FROM frequency
WHERE rowid IN (SELECT rowid FROM frequency WHERE until <= $1 LIMIT 2000)
