"""What follows when registry and exchange differ on an account: it is blocked until they agree.

acts.py says what can be asked, events.py what can happen; decide.py answers.
"""
