"""OpenCCER: from a meter reading to a surrendered credit, every step provable.

Start at app/facade.py, the one door; each domain package below it is a model.py and a decide.py.
"""

if not __debug__:
    raise SystemExit("the ledger's own checks are off: start Python without -O")

__version__ = "0.1.0"
