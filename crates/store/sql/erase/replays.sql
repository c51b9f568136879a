SELECT id, filter FROM replays WHERE marketplace_id = $1
