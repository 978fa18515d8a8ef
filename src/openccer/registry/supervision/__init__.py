"""Supervision: inspections, penalties, false credits, freezes, objections, the credit record.

acts.py and acts_credits.py say what can be asked, events.py what can happen; decide.py answers.
penalties.py is the arithmetic of a fine: a range from the rules of a day.
"""
