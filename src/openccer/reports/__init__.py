"""What people read: sentences for every code in messages.py, and self-contained pages in html.py.

The functions take what was computed and return text; nothing here decides, stores or asks a clock.
"""
