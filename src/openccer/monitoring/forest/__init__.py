"""Forest plots from a file of trees: `rows.py` reads the table, `mapping.py` says what its columns
mean, `trees.py` makes plots of them or tells every fault with its line. Start at `inventory.py`.
"""
