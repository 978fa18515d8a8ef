"""What the logs can prove to someone who trusts nobody: signed checkpoints in note.py.

The one file that carries a proof is written and read in bundle.py, and judged in check.py.
Every check is written a second time, from the words of docs/proof.md, in tools/verify.py.
"""
