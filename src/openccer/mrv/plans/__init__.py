"""Monitoring plans as data: what each methodology asks to be monitored, how, and by whom.

load.py reads them; a value that is a rule stands in the rulebook and is filled in for a day.
"""
