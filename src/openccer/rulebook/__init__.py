"""Dated, cited rules: what was in force on a day, since when, on whose word.

model.py asks; load.py reads the folder of YAML and trusts nothing in it; lint.py finds the stale.
"""
