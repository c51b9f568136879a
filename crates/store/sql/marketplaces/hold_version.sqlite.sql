-- A pair: the writing transaction keeps the version as it is until the commit.
SELECT routing_version FROM marketplaces WHERE id = $1
