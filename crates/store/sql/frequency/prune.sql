DELETE FROM frequency WHERE until <= $1
