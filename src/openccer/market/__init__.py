"""The exchange: trading accounts, cash, instruments, listed orders, trades, settlement.

records.py has the book and its prices, acts.py and events.py the words, decide.py the answers. The
exchange is another body than the registry, so its acts stand in a log of their own.
"""
