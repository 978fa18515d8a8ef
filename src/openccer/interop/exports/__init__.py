"""Our registry in the forms of others, out and back: cadtrust/, cdop/, proved/ (tables with proof).

source.py gathers the registry from its log, mapping.yaml has our words in theirs, and unmapped.py
names what a form cannot carry. plain.py has the records that come back, wrong.py what is wrong in
a file, folder.py the JSON on disk.
"""
