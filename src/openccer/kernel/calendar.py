"""Days, periods, and two different calendars: working days and trading days. Beijing time, once.

A working day (工作日) follows the State Council's yearly notice, weekend make-up days included. A
trading day (交易日) is Monday to Friday less the holidays and the exchange's closures; a make-up
weekend is never one (trading rules, article 21). A year not yet announced is an error, not a guess.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

import chinese_calendar

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")  # no clock change since 1991
ONE_DAY = timedelta(days=1)


class YearNotAnnounced(LookupError):
    """The working days of this year are not known: the yearly notice is not in the calendar."""

    def __init__(self, day: date) -> None:
        self.year = day.year
        super().__init__(
            f"the working days of {day.year} are not known here ({day}): the State Council's notice"
            " for a year comes in October to December before it; update `chinesecalendar`"
        )


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, first and last both inside."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period that ends before it begins: {self.first} to {self.last}")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def covers(self, other: "Period") -> bool:
        return self.first <= other.first and other.last <= self.last

    def overlaps(self, other: "Period") -> bool:
        return self.first <= other.last and other.first <= self.last

    def by_year(self) -> Iterator[tuple[int, "Period"]]:
        """The parts of the period in each calendar year, in order."""
        for year in range(self.first.year, self.last.year + 1):
            first, last = date(year, 1, 1), date(year, 12, 31)
            yield year, Period(max(self.first, first), min(self.last, last))


def days_in_year(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def years_before(day: date, years: int) -> date:
    """The same day `years` earlier; 29 February becomes 28 February in a common year."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def years_after(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 28 February in a common year."""
    return years_before(day, -years)


def beijing_day(instant: datetime) -> date:
    """The calendar day in Beijing of an instant that knows its time zone."""
    assert instant.tzinfo is not None, "an instant without a time zone"
    return instant.astimezone(BEIJING).date()


def is_working_day(day: date) -> bool:
    """Is this a working day? YearNotAnnounced where the notice is not known."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        raise YearNotAnnounced(day) from None


def is_trading_day(day: date, closures: frozenset[date] = frozenset()) -> bool:
    """Is this a trading day? `closures` are the days the exchange announced as closed."""
    return day.weekday() < 5 and is_working_day(day) and day not in closures


def last_working_day(first: date, working_days: int) -> date:
    """The last day of a period of so many working days whose first day counts as day 1.

    A first day that is no working day does not count: day 1 is then the next working day.
    The register counts so: 2026-07-17 and 20 working days end on 2026-08-13.
    """
    if working_days < 1:
        raise ValueError(f"a period needs at least one working day, not {working_days}")
    day, counted = first, int(is_working_day(first))
    while counted < working_days:
        day += ONE_DAY
        counted += is_working_day(day)
    return day


def next_trading_day(day: date, closures: frozenset[date] = frozenset()) -> date:
    """The first trading day after this day."""
    day += ONE_DAY
    while not is_trading_day(day, closures):
        day += ONE_DAY
    return day


def trading_days_between(first: date, last: date, closures: frozenset[date] = frozenset()) -> int:
    """How many trading days lie after `first`, up to and with `last`; 0 on the same day."""
    span = range(1, (last - first).days + 1)
    return sum(is_trading_day(first + timedelta(days=n), closures) for n in span)
