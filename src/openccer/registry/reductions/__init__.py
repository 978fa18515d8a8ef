"""The life of a reduction: one monitoring period, from its report to its registration.

acts.py says what can be asked, events.py what can happen; decide.py answers.
"""
