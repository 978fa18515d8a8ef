"""What the registry says, in the forms that others read, and their forms read back.

source.py gathers a registry from the entries of its log; cadtrust/, cdop/ and proved/ (tables with
their proof) write it out; plain.py has the records that come back. The official public register is
another direction of the same room.
"""
