"""Measurement, reporting, verification: from totals to tonnes, equation by equation.

model.py has the words (MeteredYear, Line, Report); methodologies/ has one file per methodology.
"""
