"""Units that are no CCER: legacy units of the system of 2012, and units of a pilot method.

acts.py says what can be asked, events.py what can happen; decide.py answers. Classes never mix: an
instrument is of one class, and only a CCER is traded or meets an obligation.
"""
