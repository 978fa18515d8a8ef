"""The command line."""


def run() -> None:
    """Start."""
