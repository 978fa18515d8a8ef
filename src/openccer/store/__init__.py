"""Where the logs live: one file of SQLite by default. Tables beside them are a disposable fold.

schema.py names the tables, migrations/ changes the kept ones, sqlite.py posts and reads.
"""
