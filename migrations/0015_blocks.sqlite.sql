-- A pair: see the head of the other file. SQLite compresses nothing.

SELECT 1;
