UPDATE alerts SET addressed = true WHERE id = $1
