"""Plain tables of a registry, each with a proof beside it that needs no trust in who wrote it.

tables.py has the columns and rows, forms.py the kinds of file. prove.py writes them with the signed
entries behind the rows, and check.py makes the rows from those entries once more.
"""
