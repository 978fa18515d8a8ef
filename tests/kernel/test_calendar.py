"""Days and periods, against the State Council's notices and the register's own publicity periods.

The notices and the periods lie beside the checkout in ../shared; a test that needs them is
skipped, with the reason, where they are absent.
"""

import csv
import gzip
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.kernel.calendar import (
    Period,
    YearNotAnnounced,
    beijing_day,
    days_in_year,
    is_trading_day,
    is_working_day,
    last_working_day,
    next_trading_day,
    trading_days_between,
    years_before,
)

SHARED = Path(__file__).resolve().parents[3] / "shared"
days = st.dates(date(2020, 1, 1), date(2026, 10, 31))


def rows(name: str) -> list[dict[str, str]]:
    path = SHARED / "data" / "cn_calendar" / name
    if not path.exists():
        pytest.skip(f"the calendar the days are checked against is absent: {path}")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def period(first: date, last: date) -> Period:
    return Period(min(first, last), max(first, last))


periods = st.builds(period, days, days)


# --- working days -------------------------------------------------------------------------------


def test_every_day_is_as_the_notices_say():
    found = rows("cn_workdays_2013_2026.csv.gz")
    assert len(found) == 5113
    wrong = [
        row["date"]
        for row in found
        if is_working_day(date.fromisoformat(row["date"])) != (row["is_workday"] == "1")
    ]
    assert wrong == []


def test_every_publicity_period_of_the_register_is_reproduced():
    found = [row for row in rows("ccer_publicity_periods.csv.gz") if row["workdays"] == "20"]
    assert len(found) > 50
    for row in found:
        first, last = (date.fromisoformat(row[k]) for k in ("publicStartDate", "publicEndDate"))
        assert last_working_day(first, 20) == last, row["projectName"]


def test_a_make_up_saturday_is_worked_and_not_traded():
    assert is_working_day(date(2026, 5, 9))
    assert not is_trading_day(date(2026, 5, 9))


def test_a_holiday_on_a_monday_is_neither_worked_nor_traded():
    assert not is_working_day(date(2026, 4, 6))
    assert not is_trading_day(date(2026, 4, 6))


def test_a_year_not_announced_is_an_error_and_not_a_guess():
    with pytest.raises(YearNotAnnounced, match="2027"):
        is_working_day(date(2027, 1, 4))


def test_a_period_that_runs_into_such_a_year_is_an_error():
    with pytest.raises(YearNotAnnounced):
        last_working_day(date(2026, 12, 28), 20)


def test_the_weekend_of_such_a_year_is_no_trading_day_all_the_same():
    assert not is_trading_day(date(2027, 1, 2))


@given(days, st.integers(1, 30))
def test_a_period_of_working_days_holds_that_many(first: date, working_days: int):
    last = last_working_day(first, working_days)
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert sum(map(is_working_day, span)) == working_days
    assert is_working_day(last)


def test_a_period_of_no_working_days_is_an_error():
    with pytest.raises(ValueError, match="at least one"):
        last_working_day(date(2026, 1, 5), 0)


def test_one_working_day_from_a_working_day_is_that_day():
    assert last_working_day(date(2026, 1, 5), 1) == date(2026, 1, 5)


def test_one_working_day_from_a_sunday_is_the_monday():
    assert last_working_day(date(2026, 1, 11), 1) == date(2026, 1, 12)


# --- trading days -------------------------------------------------------------------------------


def test_the_next_trading_day_jumps_over_a_holiday():
    assert next_trading_day(date(2026, 4, 3)) == date(2026, 4, 7)


def test_the_next_trading_day_jumps_over_a_closure_the_exchange_announced():
    assert next_trading_day(date(2026, 4, 1), frozenset({date(2026, 4, 2)})) == date(2026, 4, 3)


def test_a_closure_is_not_counted_between_two_days():
    closed = frozenset({date(2026, 4, 8)})
    assert trading_days_between(date(2026, 4, 7), date(2026, 4, 9)) == 2
    assert trading_days_between(date(2026, 4, 7), date(2026, 4, 9), closed) == 1


def test_no_trading_day_lies_between_a_day_and_itself_or_an_earlier_one():
    assert trading_days_between(date(2026, 4, 2), date(2026, 4, 2)) == 0
    assert trading_days_between(date(2026, 4, 9), date(2026, 4, 2)) == 0


@given(days, st.integers(0, 30))
def test_so_many_next_trading_days_are_so_many_between(first: date, steps: int):
    last = first
    for _ in range(steps):
        last = next_trading_day(last)
    assert trading_days_between(first, last) == steps


@given(days)
def test_a_trading_day_is_a_working_weekday(day: date):
    assert is_trading_day(day) == (is_working_day(day) and day.isoweekday() <= 5)


# --- periods and years --------------------------------------------------------------------------


def test_a_period_does_not_end_before_it_begins():
    with pytest.raises(ValueError, match="ends before it begins"):
        Period(date(2026, 1, 2), date(2026, 1, 1))


def test_a_period_of_one_day_has_one_day():
    assert Period(date(2026, 1, 1), date(2026, 1, 1)).days == 1


@given(periods, periods)
def test_periods_overlap_and_cover_as_sets_of_days_do(one: Period, other: Period):
    first, second = all_days(one), all_days(other)
    assert one.overlaps(other) == bool(first & second)
    assert one.covers(other) == (second <= first)
    assert (other.first in one) == (other.first in first)


def all_days(span: Period) -> set[date]:
    return {span.first + timedelta(days=n) for n in range(span.days)}


@given(periods)
def test_the_parts_by_year_are_the_whole_period(span: Period):
    parts = [part for _, part in span.by_year()]
    assert sum(part.days for part in parts) == span.days
    assert parts[0].first == span.first
    assert parts[-1].last == span.last
    assert all(a.last + timedelta(days=1) == b.first for a, b in pairwise(parts))
    assert all(part.first.year == part.last.year == year for year, part in span.by_year())


@pytest.mark.parametrize(("year", "expected"), [(2024, 366), (2025, 365), (2000, 366), (2100, 365)])
def test_a_year_has_its_days(year: int, expected: int):
    assert days_in_year(year) == expected


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2026, 3, 16), 5, date(2021, 3, 16)),
        (date(2028, 2, 29), 5, date(2023, 2, 28)),
        (date(2028, 2, 29), 4, date(2024, 2, 29)),
        (date(2025, 2, 28), 5, date(2020, 2, 28)),
        (date(2025, 3, 1), 5, date(2020, 3, 1)),
    ],
)
def test_five_years_before_29_february_is_28_february(day: date, years: int, expected: date):
    assert years_before(day, years) == expected


def test_an_instant_has_its_day_in_beijing():
    assert beijing_day(datetime(2026, 4, 1, 15, 59, tzinfo=UTC)) == date(2026, 4, 1)
    assert beijing_day(datetime(2026, 4, 1, 16, 0, tzinfo=UTC)) == date(2026, 4, 2)


def test_an_instant_without_a_time_zone_is_a_bug():
    with pytest.raises(AssertionError, match="time zone"):
        beijing_day(datetime(2026, 4, 1))  # noqa: DTZ001
