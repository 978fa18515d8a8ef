"""Who may act: a log's operator, its actors and their roles, and the rules it has confirmed.

Every log, whoever operates it, begins with these acts. Words are in model.py, answers in decide.py.
"""
