"""What other systems write and read: the official public register in, our registry out, and back.

Public records become records in read.py, are checked by check.py, and two days are compared in
diff.py. source.py gathers our registry from its log; publish.py, cadtrust/, cdop/ and proved/
(tables with proof) write it out, and plain.py has the records that come back.
"""
