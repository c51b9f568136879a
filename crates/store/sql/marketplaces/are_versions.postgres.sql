-- Only here: a whole acceptance is one statement, and this its condition (see src/accept.rs). Whoever changes a routing
-- waits for the commit; a change that this waited for is seen.
SELECT count(*) = cardinality($1::bigint[]) AS holds
FROM (
  SELECT m.id
  FROM unnest($1::bigint[], $2::bigint[]) AS w (id, version)
  JOIN marketplaces m ON m.id = ANY(ARRAY[w.id]) AND m.routing_version = w.version
  ORDER BY m.id
  FOR SHARE OF m
) AS held
