UPDATE webhooks SET secrets = $2 WHERE id = $1
