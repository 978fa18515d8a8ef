"""Every sheet that can be worked here, and which of them a case means by what it writes."""

import re

from openccer.mrv.sheet import Sheet

SHEETS: tuple[Sheet, ...] = ()


def find(text: str) -> Sheet | None:
    """The sheet of this code, or of the name a case writes before any bracket; None for no sheet.

    A code must be written whole: another version is another method. A name may go on ("VM0033
    buffer"); the longest name that begins it wins.
    """
    wanted = text.strip().upper()
    head = wanted.replace("（", "(").partition("(")[0].strip()
    found: list[tuple[int, Sheet]] = []
    for sheet in SHEETS:
        if sheet.code.upper() in (wanted, head):
            return sheet
        begins = (one for one in sheet.names if re.match(_whole(one), head))
        found += [(len(one), sheet) for one in begins]
    return max(found, key=lambda one: one[0])[1] if found else None


def _whole(name: str) -> str:
    """A pattern for the name, not for a longer word or number that begins like it."""
    return re.escape(name.upper()) + r"(?![\w-])"
