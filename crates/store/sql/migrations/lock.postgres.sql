-- Only here: on SQLite the transaction itself keeps others out.
SELECT pg_advisory_xact_lock(4842165021)
