"""One file per change of the kept tables."""
