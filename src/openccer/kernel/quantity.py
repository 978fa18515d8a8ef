"""Whole counts of one unit each, exact decimals, and the named roundings: there are no others."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Self

# Wide enough that a product of any two measured values is exact; what does not fit is an error.
EXACT = Context(prec=60, traps=[InvalidOperation])

WH_PER_MWH = 1_000_000

MOST = 2**53 - 1  # the largest whole number every reader of JSON takes exactly


@dataclass(frozen=True, slots=True, order=True)
class _Count:
    """A whole number of one unit. Negative is a bug, and crashes."""

    count: int

    def __post_init__(self) -> None:
        assert type(self.count) is int, f"{type(self).__name__} counts in whole numbers"
        assert 0 <= self.count <= MOST, f"{type(self).__name__} out of range: {self.count}"

    def __add__(self, other: Self) -> Self:
        assert type(other) is type(self), f"cannot add {type(other)} to {type(self)}"
        return type(self)(self.count + other.count)

    def __sub__(self, other: Self) -> Self:
        assert type(other) is type(self), f"cannot take {type(other)} from {type(self)}"
        return type(self)(self.count - other.count)

    def __str__(self) -> str:
        return str(self.count)


class Tonnes(_Count):
    """Tonnes of CO2 equivalent, whole. One unit of CCER is one tonne (Measures, article 22)."""

    __slots__ = ()


class Fen(_Count):
    """Money in hundredths of a yuan, the smallest change of a price (trading rules, article 11)."""

    __slots__ = ()


class WattHours(_Count):
    """Energy in whole watt-hours: a kWh reading with three decimals loses nothing."""

    __slots__ = ()


def decimal_from(text: str) -> Decimal:
    """The exact value of a number written as text; ValueError for anything else, NaN included."""
    try:
        value = Decimal(text.strip() if text.isascii() else "")
    except InvalidOperation:
        raise ValueError(f"not a number: {text!r}") from None
    if not value.is_finite():
        raise ValueError(f"not a finite number: {text!r}")
    return value


def mwh(energy: WattHours) -> Decimal:
    """Watt-hours as MWh, exactly."""
    return Decimal(energy.count).scaleb(-6, EXACT)


def floor_tonnes(value: Decimal) -> Tonnes:
    """Cut down to whole tonnes, and a negative result to zero: max(0, floor(value)).

    Source: CCER-01-001/002 practice of the register (a validator refused rounding to nearest as
    not conservative); a negative year is registered as 0 t.
    """
    return Tonnes(max(0, int(value.to_integral_value(ROUND_FLOOR))))


def floor_int(value: Decimal) -> int:
    """The largest whole number not above the value."""
    return int(value.to_integral_value(ROUND_FLOOR))


def ceil_int(value: Decimal) -> int:
    """The smallest whole number not below the value."""
    return int(value.to_integral_value(ROUND_CEILING))


def half_up_int(value: Decimal) -> int:
    """The nearest whole number, halves upward (四舍五入: trading rules, article 17)."""
    return int(value.to_integral_value(ROUND_HALF_UP))


def yuan(amount: Fen) -> str:
    """Money for people: 1234 fen is 12.34."""
    return f"{amount.count // 100}.{amount.count % 100:02d}"
