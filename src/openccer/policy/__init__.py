"""Text from outside, and the records and evidence of policy: so far its strict reader.

strict_yaml.py reads YAML that cannot run, repeat or expand anything.
"""
