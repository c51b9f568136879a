SELECT marketplace_id, identify_secret FROM tracking
