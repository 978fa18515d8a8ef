"""The Carbon Data Open Protocol v2: its documents, here called pods, out and back.

The schemas are the protocol's own files of 2026-07-31 (commit bf4943c, MIT, see LICENSE) and judge
every document; deviations.yaml has where we depart from them, and why. pods.py, export.py, read.py.
"""
