"""When the sun stands highest: enough to see that a solar plant's clock was moved by half an hour.

Whole seconds from a table, no trigonometry: an error of half a minute does not matter here.
"""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

NOON_S = 43_200
SECONDS_PER_DEGREE = 240  # the earth turns one degree in four minutes

# The equation of time (sundial less clock) [s] on the 1st and the 15th of every month: the usual
# almanac table, good to half a minute in any year.
EQUATION_S = (
    (-198, -558), (-816, -852), (-744, -534), (-240, -12), (174, 222), (132, -24),
    (-228, -360), (-378, -264), (-6, 288), (618, 852), (984, 924), (660, 294),
)  # fmt: skip


def equation_of_time(day: date) -> int:
    """How far the sundial is ahead of the clock on this day [s], between the table's days."""
    first, second = EQUATION_S[day.month - 1]
    if day.day < 15:
        return first + (second - first) * (day.day - 1) // 14
    following = EQUATION_S[day.month % 12][0]
    length = ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - day.replace(day=15)).days
    return second + (following - second) * (day.day - 15) // length


def noon_utc(day: int, longitude: Decimal) -> int:
    """The sun's noon on a day (days since 1970) at a longitude (degrees, east positive).

    Seconds of that day in UTC; below zero or above 86,400 where it falls on a neighbouring day.
    """
    on = date(1970, 1, 1) + timedelta(days=day)
    return NOON_S - int(Fraction(longitude) * SECONDS_PER_DEGREE) - equation_of_time(on)
