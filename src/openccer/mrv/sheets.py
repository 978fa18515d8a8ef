"""Every sheet that can be worked here, and which of them a case means by what it writes."""

import re

from openccer.mrv.methodologies import (
    acm0002,
    acm0008,
    acm0014,
    ar_cm,
    ar_tool14,
    ccer_01_004_v01,
    ccer_07_001_v01,
    ccer_10_001_v01,
    ccer_10_002_v01,
    ccer_10_003_v01,
    ccer_10_004_v01,
    ccer_14_001_v01,
    ccer_14_002_v01,
    ccer_14_003_v01,
    ccer_14_004_v01,
    ccer_15_001_v01,
    ccer_sf6,
    check_dams,
    co2_pilot,
    ipcc_wetlands,
    vm0033,
)
from openccer.mrv.sheet import Sheet

SHEETS: tuple[Sheet, ...] = (
    ccer_01_004_v01.SHEET,
    ccer_07_001_v01.SHEET,
    ccer_10_001_v01.SHEET,
    ccer_10_002_v01.SHEET,
    ccer_10_003_v01.SHEET,
    ccer_10_004_v01.SHEET,
    ccer_15_001_v01.SHEET,
    ccer_sf6.SHEET,
    acm0002.SHEET,
    acm0002.CM_001,
    acm0008.SHEET,
    acm0014.SHEET,
    co2_pilot.SHEET,
    ccer_14_001_v01.SHEET,
    ar_cm.SHEET,
    ar_tool14.SHEET,
    ccer_14_002_v01.SHEET,
    ccer_14_003_v01.SHEET,
    ccer_14_004_v01.SHEET,
    check_dams.SHEET,
    vm0033.SHEET,
    ipcc_wetlands.SHEET,
)


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
