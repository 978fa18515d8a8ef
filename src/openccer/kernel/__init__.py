"""Words every other package shares: amounts, days, identifiers, outcomes, canonical bytes, trees.

Nothing here reads a file, a clock or a rule. Start at outcome.py: it says what a decision returns.
"""
