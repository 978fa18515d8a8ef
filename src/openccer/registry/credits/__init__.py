"""The life of credits: issued, moved, delivered, cancelled.

acts.py says what can be asked, events.py what can happen; decide.py answers.
"""
