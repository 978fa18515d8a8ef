"""Sheets worked from plain text in tests: numbers as text in, exact fractions out."""

from fractions import Fraction
from typing import Any

from openccer.kernel.outcome import HouseRule
from openccer.mrv.sheet import Sheet, Solved, solve

CITE = (HouseRule("stated by a test"),)


def value(raw: Any) -> Any:
    """A number as an exact fraction, a list as a column, None and words as they are."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, list):
        return tuple(value(one) for one in raw)
    return Fraction(raw) if isinstance(raw, int | Fraction) or _number(raw) else raw


def _number(raw: Any) -> bool:
    return isinstance(raw, str) and raw.replace(".", "", 1).replace("-", "", 1).isdigit()


def worked(sheet: Sheet, **given: Any) -> Solved:
    """Everything that follows from the inputs, given by symbol or alias."""
    values: dict[str, Any] = {}
    for name, raw in given.items():
        symbol = sheet.symbol(name)
        assert symbol is not None, f"{sheet.code} has no symbol {name}"
        values[symbol.id] = value(raw)
    return solve(sheet, values, cites=CITE)


def tonnes(sheet: Sheet, **given: Any) -> Fraction:
    """The whole tonnes of the year."""
    found = worked(sheet, **given).values["annual_average_t"]
    assert isinstance(found, Fraction)
    return found
