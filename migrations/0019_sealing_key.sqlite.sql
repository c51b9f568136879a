-- A pair: SQLite and Postgres look for a text in another under two names. Which key everything sealed was sealed with,
-- so that a process with another one is noticed at its start. A sealed text reads `1.<key id>.…`; what is there already
-- says which one that is.

CREATE TABLE sealing_key (
  one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
  key_id TEXT NOT NULL
);

INSERT INTO sealing_key (one, key_id)
SELECT 1, key_id
FROM (
  SELECT substr(secrets, instr(secrets, '":"1.') + 5, 8) AS key_id FROM webhooks WHERE secrets LIKE '%":"1.%'
  UNION ALL
  SELECT substr(identify_secret, 3, 8) AS key_id FROM tracking
  UNION ALL
  SELECT substr(secret_key, 3, 8) AS key_id FROM marketplaces WHERE secret_key IS NOT NULL
) AS found
GROUP BY key_id
ORDER BY count(*) DESC
LIMIT 1;
