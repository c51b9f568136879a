-- Also the lock under which everything about a marketplace's webhooks changes.
UPDATE marketplaces SET routing_version = routing_version + 1 WHERE id = $1
