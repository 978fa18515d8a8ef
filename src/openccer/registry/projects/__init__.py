"""The life of a project, from its design document to the end of its registration.

acts.py says what can be asked, events.py what can happen; decide.py answers.
"""
