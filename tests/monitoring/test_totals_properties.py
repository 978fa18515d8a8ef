"""Totals against a plain loop over the same rows, and what must never change them.

The oracle is Python's csv-free loop in Fractions: no SQL, no epoch arithmetic of ours but datetime.
"""

import random
import tempfile
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.meter_files import codes, measured
from openccer.kernel.calendar import Period
from openccer.monitoring.mapping import Column
from openccer.monitoring.model import Measurement
from openccer.monitoring.numbers import number_sql

pytestmark = pytest.mark.slow
DATABASE = duckdb.connect()
BEIJING = timezone(timedelta(hours=8))
SPAN = Period(date(2025, 1, 30), date(2025, 2, 2))
FIRST = datetime(2025, 1, 30, tzinfo=BEIJING)

texts = st.one_of(
    st.integers(0, 12).map(str),
    st.decimals(0, 3, places=4).map(str),
    st.sampled_from(["", "-1", "1e2", "0.0009999", "7.0000000000000001"]),
)
slots = st.integers(-2, 24 * SPAN.days + 1)
rows = st.lists(st.tuples(slots, texts, texts), max_size=30)

ENERGY = {
    "export": {"column": "out", "unit": "kWh"},
    "import": {"column": "into", "unit": "kWh"},
}


def as_csv(readings: list[tuple[int, str, str]]) -> str:
    lines = [
        f"{(FIRST + timedelta(hours=slot)).strftime('%Y-%m-%d %H:%M')},{out},{into}"
        for slot, out, into in readings
    ]
    return "\n".join(["time,out,into", *lines]) + "\n"


def run(readings: list[tuple[int, str, str]], period: Period = SPAN) -> Measurement:
    # One readable reading outside the period, so that no column is without any number.
    readable = [*readings, (-500, "1", "1")]
    with tempfile.TemporaryDirectory() as directory:
        return measured(Path(directory), as_csv(readable), period, energy=ENERGY)


def wh(text: str) -> Fraction | None:
    """The value in Wh if the text is a plain number that is not negative."""
    plain = text.replace(".", "", 1).isdigit()
    return Fraction(text) * 1000 if plain else None


def by_loop(readings: list[tuple[int, str, str]], period: Period) -> dict[int, tuple[int, ...]]:
    """By month: export, import, intervals read. Conflicts: lowest export, highest import."""
    taken: dict[int, tuple[int, int]] = {}
    for slot, out_text, into_text in readings:
        day = (FIRST + timedelta(hours=slot)).date()
        out, into = wh(out_text), wh(into_text)
        if day not in period or out is None or into is None:
            continue
        low, high = taken.get(slot, (floor(out), ceil(into)))
        taken[slot] = min(low, floor(out)), max(high, ceil(into))
    sums: dict[int, tuple[int, ...]] = {}
    for slot, (out_wh, into_wh) in taken.items():
        month = (FIRST + timedelta(hours=slot)).month
        before = sums.get(month, (0, 0, 0))
        sums[month] = (before[0] + out_wh, before[1] + into_wh, before[2] + 1)
    return sums


def by_month(result: Measurement) -> dict[int, tuple[int, ...]]:
    return {
        m.month: (m.export_wh, m.import_wh, m.read_intervals)
        for m in result.months
        if m.read_intervals
    }


@settings(max_examples=60, deadline=None)
@given(rows)
def test_totals_are_those_of_a_plain_loop(readings: list[tuple[int, str, str]]) -> None:
    result = run(readings)
    assert by_month(result) == by_loop(readings, SPAN)
    assert sum(gap.count for gap in result.gaps) == result.years[0].missing_intervals
    assert result.years[0].expected_intervals == 24 * SPAN.days


@settings(max_examples=25, deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_only_what_is_said_of_the_order(
    readings: list[tuple[int, str, str]], shuffler: random.Random
) -> None:
    shuffled = list(readings)
    shuffler.shuffle(shuffled)
    first, second = run(sorted(readings)), run(shuffled)
    assert first.months == second.months
    assert first.years == second.years
    assert first.gaps == second.gaps
    about = [
        {(f.code, f.count) for f in result.findings if f.code != "time-order"}
        for result in (first, second)
    ]
    assert about[0] == about[1]


@settings(max_examples=25, deadline=None)
@given(rows)
def test_a_period_cut_at_a_month_adds_up_to_the_whole(
    readings: list[tuple[int, str, str]],
) -> None:
    whole = run(readings)
    parts = [
        run(readings, Period(SPAN.first, date(2025, 1, 31))),
        run(readings, Period(date(2025, 2, 1), SPAN.last)),
    ]
    assert whole.months == parts[0].months + parts[1].months
    for field in ("export_wh", "import_wh", "expected_intervals", "missing_intervals"):
        assert getattr(whole.years[0], field) == sum(getattr(p.years[0], field) for p in parts)
    assert {p.years[0].largest_import_wh for p in parts} == {whole.years[0].largest_import_wh}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 95), st.integers(0, 10**9)), max_size=20))
def test_mwh_kwh_and_wh_are_one_energy(values: list[tuple[int, int]]) -> None:
    sums = []
    for unit, shift in (("Wh", 0), ("kWh", 3), ("MWh", 6), ("GWh", 9)):
        lines = ["time,out"]
        for slot, amount in values:
            time = (FIRST + timedelta(hours=slot)).strftime("%Y-%m-%d %H:%M")
            digits = str(amount).rjust(shift + 1, "0")
            lines.append(
                f"{time},{digits[: len(digits) - shift]}" + (f".{digits[-shift:]}" if shift else "")
            )
        lines.append("2024-01-01 00:00,1")
        energy = {"export": {"column": "out", "unit": unit}}
        with tempfile.TemporaryDirectory() as directory:
            result = measured(Path(directory), "\n".join(lines) + "\n", SPAN, energy=energy)
        sums.append((result.months, result.gaps, codes(result)))
    assert all(one == sums[0] for one in sums)


plain_numbers = st.from_regex(r"[+-]?[0-9]{1,8}(\.[0-9]{1,17})?", fullmatch=True).filter(
    str.isascii
)


@settings(max_examples=60, deadline=None)
@given(st.lists(plain_numbers, min_size=1, max_size=30), st.sampled_from([1, 10, 15, 60, 1440]))
def test_every_plain_number_becomes_the_exact_whole_wh(texts: list[str], minutes: int) -> None:
    for unit in ("Wh", "kWh", "MWh", "GWh", "W", "kW", "MW"):
        column = Column(column="c", unit=unit)
        factor = column.wh_per_unit(minutes)
        for up in (False, True):
            sql = number_sql("c", 0, column, minutes, up)
            found = DATABASE.execute(
                f"SELECT {sql.value} FROM (SELECT *, {sql.plain} AS plain0 FROM"
                f" (SELECT c, nth, {sql.scaled} AS n0 FROM (SELECT unnest($1) AS c,"
                " generate_subscripts($1, 1) AS nth))) WHERE plain0 ORDER BY nth",
                [texts],
            ).fetchall()
            cut = ceil if up else floor
            assert [value for (value,) in found] == [cut(Fraction(t) * factor) for t in texts]
