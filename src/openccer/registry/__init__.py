"""The registry: accounts, bodies, projects, reductions, credits. Its record is final (article 6).

records.py says what is so, acts.py what can be asked, events.py what can happen; decide.py answers.
"""
