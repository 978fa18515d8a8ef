"""Meter files as they come, to integers of Wh per calendar month and year, with every finding.

Start at totals.py: `measure` is the one door; mapping.py says how a file is described, readers.py
loads it, findings.py holds every word said about it; defects.py looks the accepted series through
for what cannot be metered and changes nothing. DuckDB does all work on rows, in integers.
"""
