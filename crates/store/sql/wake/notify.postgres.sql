-- Only here: a SQLite file has no other nodes to wake.
SELECT pg_notify('crier', $1)
