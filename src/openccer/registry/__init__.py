"""The registry: accounts, bodies, projects, reductions, credits. Its record is final (article 6).

records.py says what is so, checks.py holds the grounds that decisions share. Each room, parties,
projects, reductions, credits, has acts.py, events.py and decide.py.
"""
