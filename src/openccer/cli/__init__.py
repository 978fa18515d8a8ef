"""The command line: one file per noun, each thin. Data on stdout, talk on stderr.

Exit 0: done. 1: refused, or a check failed. 2: mistyped, or input that cannot be read. 3: trouble.
"""
