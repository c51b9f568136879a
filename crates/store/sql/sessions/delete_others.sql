-- $2 is 0 when none is kept; keys start far above.
DELETE FROM sessions WHERE user_id = $1 AND id <> $2
