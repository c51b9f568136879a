DELETE FROM stashes
