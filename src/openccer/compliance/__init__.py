"""Key emitters and their obligations: what may be offset with credits, and the surrender itself.

Words are in model.py, the gates in decide.py. Its acts stand in the registry's log.
"""
