"""Exact arithmetic between the measured integers and the one rounding at the end.

Sums and products are fractions here, so nothing is cut before the result is floored once.
"""

from decimal import Decimal
from fractions import Fraction

from openccer.kernel.quantity import EXACT, WH_PER_MWH, Tonnes

SHOWN_DECIMALS = 9  # a value that does not end (44/12 brings a third) is shown to so many decimals


def mwh_of(energy_wh: int) -> Fraction:
    """Watt-hours as MWh, exactly; negative when more was imported than exported."""
    return Fraction(energy_wh, WH_PER_MWH)


def floor_of(value: Fraction) -> int:
    """The largest whole number not above the value."""
    return value.numerator // value.denominator


def ceil_of(value: Fraction) -> int:
    """The smallest whole number not below the value."""
    return -(-value.numerator // value.denominator)


def whole_tonnes(value_t: Fraction) -> Tonnes:
    """Cut down to whole tonnes, and a negative year to zero: max(0, floor(value))."""
    return Tonnes(max(0, floor_of(value_t)))


def nearest_tonnes(value_t: Fraction) -> Tonnes:
    """The nearest whole tonne, halves upward, never below zero.

    No reduction may be claimed with it: some noticed design documents used it, and it serves to
    reproduce them.
    """
    return Tonnes(max(0, floor_of(value_t + Fraction(1, 2))))


def shown(value: Fraction, *, up: bool = False) -> Decimal:
    """The value for a line of working: exact when its decimals end, else cut down (or up)."""
    ended = _ended(value)
    if ended is not None:
        return ended
    scaled = value * 10**SHOWN_DECIMALS
    return Decimal(ceil_of(scaled) if up else floor_of(scaled)).scaleb(-SHOWN_DECIMALS, EXACT)


def _ended(value: Fraction) -> Decimal | None:
    """The exact decimal of the value if it needs at most thirty decimals."""
    for decimals in range(31):
        if 10**decimals % value.denominator == 0:
            scaled = value.numerator * (10**decimals // value.denominator)
            return Decimal(scaled).scaleb(-decimals, EXACT)
    return None
