-- Only here: takes what is gone out of the queue's indexes. Another node that is at it already does it for this one; the
-- file keeps its length, since shortening it would keep claims out for a moment.
VACUUM (SKIP_LOCKED, TRUNCATE FALSE) queue
