"""Two double-entry ledgers: serial blocks of credits, and amounts of cash and exchange units.

blocks.py and amounts.py say what a movement is, fold.py moves it; moves.py is what the decisions
about credits share.
"""
