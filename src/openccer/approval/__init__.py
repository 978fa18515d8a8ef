"""Two persons: what moves or creates credits, and every sanction, is proposed and then approved.

Words are in model.py, grounds in decide.py. The door (app.approval) decides the proposed act
itself, once when it is proposed and once more when the second person asks for it.
"""
