"""Two double-entry ledgers: serial blocks of credits, and amounts of cash and exchange units.

blocks.py and amounts.py say what a movement is and move it; neither knows a rule or a role.
"""
