"""One file per methodology and version, each with its text's equations and conditions.

grid_electricity.py holds what the two grid-connected methodologies share; catalogue.py lists them.
"""
