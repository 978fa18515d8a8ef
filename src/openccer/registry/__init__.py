"""The registry: accounts, bodies, projects, reductions, credits. Its record is final (article 6).

records.py says what is so, checks.py holds the grounds that decisions share, deadlines.py says
what is due. Each room, parties, projects, filings, reductions, credits, has acts.py, events.py and
decide.py; filings is what projects and reductions share, earlier.py what only old logs hold.
"""
