-- A pair: here rows that an acceptance is about to take over are left to it, so that nobody waits for anybody.
DELETE FROM frequency
WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM frequency WHERE until <= $1 LIMIT 2000 FOR UPDATE SKIP LOCKED
))
