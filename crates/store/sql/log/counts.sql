-- The start of a statement: src/filter.rs adds conditions and groups.
SELECT d.state, count(*)
FROM deliveries d
WHERE d.marketplace_id = $1
