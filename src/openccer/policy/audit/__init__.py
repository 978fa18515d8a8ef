"""Does a policy record hold? Named checks, each a small function, ask it against what is known.

model.py has the words; known.py what is known: own records, rules, facts and patterns of speech;
run.py lists the checks; drift.py compares versions of a record.
"""
