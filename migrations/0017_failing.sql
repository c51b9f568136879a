-- Once a minute somebody asks which webhooks have failed for an hour: few of many.

CREATE INDEX webhook_health_failing ON webhook_health (failing_since)
WHERE failing_since IS NOT NULL;
