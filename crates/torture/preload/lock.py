"""Keeps others from writing to a SQLite file, with a transaction of its own, until standard input ends."""

import sqlite3
import sys

connection = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
connection.execute("ROLLBACK")
