"""Our registry in the forms of others, out and back: cadtrust/, cdop/, proved/ (tables with proof).

source.py gathers the registry from its log, mapping.yaml has our words in theirs, names.py what
things are called, and unmapped.py says what a form cannot carry. plain.py has the records that come
back, wrong.py what is wrong with a file, documents.py and folder.py the JSON on disk.
"""
