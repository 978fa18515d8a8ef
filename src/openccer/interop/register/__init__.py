"""The official public register: read, checked, compared, and our own published in its fields.

Public records become views in read.py and view.py, are judged in check.py by checks_*.py and
estimates.py, kept in snapshots.py and compared in diff.py; publish.py writes ours. The YAML files,
loaded by tables.py, have its fields, codes and states, the kinds of anomaly, and the places.
"""
