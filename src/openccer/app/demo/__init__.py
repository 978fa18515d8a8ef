"""The main job as a story of acts: from two opened logs to credits surrendered and certified.

Every party is an example and says so. cast.py has who and when, story.py how it is told, filing.py
and trading.py the acts; papers.py the example documents.
"""
