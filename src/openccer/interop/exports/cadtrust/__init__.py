"""The CAD Trust data model v2.0.2: request bodies table by table, and a folder of them read back.

model.yaml has the tables, their fields and picklists; model.py loads it, check.py judges rows by it
offline. export.py writes a registry, read.py reads a folder.
"""
