"""Who is in the registry: accounts, bodies, and what its operator has confirmed.

acts.py says what can be asked, events.py what can happen; decide.py answers.
"""
