"""The one door: whoever asks, command line or API, comes through facade.App.submit.

acts.py lists every act with who may ask it; authority.py checks that; bundle.py and trace.py read.
"""
