"""Counts that an act states: none is below zero."""


def no_negative(**counts: int) -> None:
    """ValueError that names the first of these that is no count."""
    for name, count in counts.items():
        if count < 0:
            raise ValueError(f"{name} is a count, not {count}")
