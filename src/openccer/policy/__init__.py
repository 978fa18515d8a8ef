"""Policy records and what they rest on: read, anchored in the texts, audited, reviewed, compared.

document.py keeps bytes; model.py has the words; load.py reads a base; audit/ asks if it holds.
"""
