"""What is done alike for a project and for a reduction between publication and registration.

Comments, corrective requests, papers, green certificates, recall, refusal. Start at decide.py.
"""
