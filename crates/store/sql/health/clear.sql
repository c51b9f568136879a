-- When people were told last stays: at most one mail an hour tells of failures.
UPDATE webhook_health SET failures = 0, failing_since = NULL WHERE webhook_id = $1
