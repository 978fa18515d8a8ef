"""Published numbers as data: YAML files, each value with how it is known and where it stands.

`load` reads them strictly. They are facts of their sources, not the text of a CCER methodology.
"""
