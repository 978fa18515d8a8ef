"""The official public register (CCER public records) in and out. Files become records in read.py.
Every record is checked by check.py, its arithmetic is done again in estimates.py, two days are
compared in diff.py. Our own register goes out in the same fields through publish.py.
"""
