"""Defects planted in a clean series: each is found at its place, and only it. No number changes."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.meter_files import measured
from openccer.kernel.calendar import Period
from openccer.monitoring.defects import sightings
from openccer.monitoring.detect import Sighting
from openccer.monitoring.engine import Sql
from openccer.monitoring.mapping import Site
from openccer.monitoring.model import Measurement
from openccer.monitoring.sun import equation_of_time, noon_utc

STEP = 900
PER_DAY = 96
DAYS = 60
START = 1_735_660_800  # 2025-01-01 00:00 in Beijing
BEIJING_S = 28_800
Values = list[int]


def sunny(seed: int = 1) -> Values:
    """Net Wh every quarter of an hour: a hump by day under changing clouds, a standby by night."""
    dice = random.Random(seed)
    values = []
    for _ in range(DAYS):
        sky = dice.randrange(60, 100)
        for slot in range(PER_DAY):
            height = max(0, (slot - 24) * (72 - slot))  # from 06:00 to 18:00, 576 at noon
            cloud = dice.randrange(95, 101)
            values.append(height * 1_000 * sky * cloud // 10_000 if height else -dice.randrange(40))
    return values


def windy(seed: int = 1) -> Values:
    """Net Wh of a wind farm: it wanders, never the same twice."""
    dice, level, values = random.Random(seed), 300_000, []
    for _ in range(DAYS * PER_DAY):
        level = min(600_000, max(60_000, level + dice.randrange(-15_000, 15_001)))
        values.append(level + dice.randrange(-700, 700))
    return values


def seen(revenue: Values, check: Values | None = None, **options: Any) -> list[Sighting]:
    rows = [
        (role, START + n * STEP, max(0, value), max(0, -value))
        for role, values in enumerate((revenue, check or []))
        for n, value in enumerate(values)
    ]
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE clean AS SELECT * FROM (SELECT CAST(unnest($1) AS TINYINT) AS role,"
            " unnest($2) AS instant, unnest($3) AS export_wh, unnest($4) AS import_wh)",
            [list(column) for column in zip(*rows, strict=True)],
        )
        return sightings(Sql(connection), "clean", STEP, ahead_s=BEIJING_S, **options)


def the_one(found: list[Sighting], code: str) -> Sighting:
    (one,) = [sighting for sighting in found if sighting.code == code]
    return one


def slot_of(instant: int) -> int:
    return (instant - START) // STEP


SOLAR = Site.model_validate({"kind": "solar"})


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("make", [sunny, windy])
def test_a_clean_series_is_silent(make: Callable[[int], Values], seed: int) -> None:
    site = SOLAR if make is sunny else None
    assert seen(make(seed), make(seed), site=site, two_meters=Decimal("0.001")) == []


def test_a_stuck_value_is_found_from_its_first_to_its_last_interval() -> None:
    values = windy()
    values[1_000:1_020] = [values[1_000]] * 20
    one = the_one(seen(values), "value-stuck")
    assert (slot_of(one.first), slot_of(one.last), one.count) == (1_000, 1_019, 20)
    assert one.facts["value_wh"] == values[1_000]


def test_a_night_of_zeros_is_not_stuck() -> None:
    values = [max(0, value) for value in sunny()]
    assert [one for one in seen(values) if one.code == "value-stuck"] == []


def test_a_plant_at_its_rated_output_may_repeat_itself_for_hours() -> None:
    values = windy()
    for day in range(DAYS):
        values[day * PER_DAY + 40 : day * PER_DAY + 60] = [600_000] * 20
    assert [one for one in seen(values) if one.code == "value-stuck"] == []


def test_a_gap_ends_a_run_of_equal_values() -> None:
    values = windy()
    values[1_000:1_014] = [values[1_000]] * 14
    rows = [(START + n * STEP, v) for n, v in enumerate(values) if n != 1_007]
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE clean AS SELECT CAST(0 AS TINYINT) AS role, unnest($1) AS instant,"
            " unnest($2) AS export_wh, CAST(0 AS BIGINT) AS import_wh",
            [list(column) for column in zip(*rows, strict=True)],
        )
        found = sightings(Sql(connection), "clean", STEP)
    assert [one for one in found if one.code == "value-stuck"] == []


def test_a_straight_line_is_found() -> None:
    values = windy()
    low, high = values[2_000], values[2_030]
    values[2_000:2_031] = [low + (high - low) * n // 30 for n in range(31)]
    one = the_one(seen(values), "value-line")
    assert abs(slot_of(one.first) - 2_000) <= 1
    assert abs(slot_of(one.last) - 2_030) <= 1
    assert abs(int(one.facts["step_wh"]) - (high - low) // 30) <= 1


@pytest.mark.parametrize("value", [900_000, -300_000])
def test_a_spike_is_found_with_its_neighbours(value: int) -> None:
    values = windy()
    values[3_000] = value
    one = the_one(seen(values), "value-spike")
    assert slot_of(one.first) == slot_of(one.last) == 3_000
    near = [values[n] for n in (2_998, 2_999, 3_001, 3_002)]
    assert (one.facts["low_wh"], one.facts["high_wh"]) == (min(near), max(near))


def test_what_both_meters_show_at_once_is_no_spike() -> None:
    values = windy()
    values[3_000] = 1_000_000
    assert [one for one in seen(values, list(values)) if one.code == "value-spike"] == []
    alone = [one for one in seen(values, windy()) if one.code == "value-spike"]
    assert [slot_of(one.first) for one in alone] == [3_000]


@pytest.mark.parametrize("factor", [10, 100, 1_000])
def test_a_slip_to_the_right_is_found_with_its_factor(factor: int) -> None:
    values = [300_000 + value // 3 for value in windy()]
    values[1_500:1_800] = [value * factor for value in values[1_500:1_800]]
    one = the_one(seen(values), "decimal-slip")
    assert one.facts["factor"] == f"x {factor}"
    assert slot_of(one.first) == 1_500
    assert slot_of(one.last) == 1_799


@pytest.mark.parametrize("factor", [10, 100, 1_000])
def test_a_slip_to_the_left_is_found_where_the_plant_ran(factor: int) -> None:
    values = [300_000 + value // 3 for value in windy()]
    values[1_500:1_560] = [value // factor for value in values[1_500:1_560]]
    one = the_one(seen(values), "decimal-slip")
    assert (slot_of(one.first), slot_of(one.last)) == (1_500, 1_559)
    assert one.facts["factor"] == f"/ {factor}"


@pytest.mark.parametrize("factor", [100, 1_000])
def test_a_slip_to_the_left_may_end_in_the_night(factor: int) -> None:
    values = sunny()
    noon = 10 * PER_DAY + PER_DAY // 2
    end = 11 * PER_DAY
    values[noon:end] = [value // factor for value in values[noon:end]]
    one = the_one(seen(values), "decimal-slip")
    assert one.facts["factor"] == f"/ {factor}"
    assert slot_of(one.first) == noon
    assert noon + 4 < slot_of(one.last) < end


def test_a_cloud_that_takes_nine_tenths_until_the_evening_is_no_slip() -> None:
    values = sunny()
    noon, end = 10 * PER_DAY + PER_DAY // 2, 11 * PER_DAY
    values[noon:end] = [value // 10 for value in values[noon:end]]
    assert [one for one in seen(values) if one.code == "decimal-slip"] == []


def test_a_plant_that_stands_and_draws_a_steady_hundredth_has_not_slipped() -> None:
    values = [300_000 + value // 3 for value in windy()]
    for steady in (3_500, -3_500):
        standing = list(values)
        standing[1_500:1_560] = [steady] * 60
        assert [one for one in seen(standing) if one.code == "decimal-slip"] == []


def test_a_shower_of_half_an_hour_is_no_slip() -> None:
    values = [300_000 + value // 3 for value in windy()]
    values[1_500:1_505] = [value // 10 for value in values[1_500:1_505]]
    assert [one for one in seen(values) if one.code == "decimal-slip"] == []


def test_a_night_is_no_slip() -> None:
    assert [one for one in seen(sunny()) if one.code == "decimal-slip"] == []


@pytest.mark.parametrize("make", [sunny, windy])
def test_exchanged_registers_are_found_from_the_day_on(make: Callable[[], Values]) -> None:
    values = make()
    values[20 * PER_DAY :] = [-value for value in values[20 * PER_DAY :]]
    one = the_one(seen(values), "registers-swapped")
    assert slot_of(one.first) == 20 * PER_DAY
    assert one.count == DAYS - 20
    assert int(one.facts["import_wh"]) > int(one.facts["export_wh"])


@pytest.mark.parametrize("slots", [-4, 2, 4])
def test_a_solar_clock_that_moves_is_found_on_its_day(slots: int) -> None:
    values, cut = sunny(), 30 * PER_DAY
    later = values[cut:]
    moved = later[-slots:] + later[:-slots]  # the clock reads later by so many slots
    one = the_one(seen(values[:cut] + moved, site=SOLAR), "clock-shifted")
    assert abs(slot_of(one.first) - cut) <= 2 * PER_DAY
    assert one.facts["minutes"] == slots * 15


def test_a_clock_in_another_zone_is_found_by_the_longitude() -> None:
    # Noon of the hump is 12:00 Beijing, so the sun's place is near 120 degrees east, not 0.
    good = Site.model_validate({"kind": "solar", "longitude": "120"})
    bad = Site.model_validate({"kind": "solar", "longitude": "0"})
    assert seen(sunny(), site=good) == []
    assert the_one(seen(sunny(), site=bad), "clock-shifted").facts["minutes"] in (-450, -480)


def test_a_clock_that_moves_against_the_check_meter_is_found() -> None:
    check, cut = windy(), 40 * PER_DAY
    revenue = check[:cut] + check[cut - 4 : -4]
    one = the_one(seen(revenue, check), "clock-shifted")
    assert abs(slot_of(one.first) - cut) <= PER_DAY
    assert one.facts["minutes"] == 60


def test_two_meters_a_factor_of_ten_apart_are_a_slip() -> None:
    check = windy()
    revenue = list(check)
    revenue[10 * PER_DAY : 12 * PER_DAY] = [
        value // 10 for value in revenue[10 * PER_DAY : 12 * PER_DAY]
    ]
    slips = [one for one in seen(revenue, check) if one.code == "decimal-slip"]
    assert ("/ 10", 10 * PER_DAY) in [(one.facts["factor"], slot_of(one.first)) for one in slips]


def test_days_on_which_two_meters_differ_are_found() -> None:
    check = windy()
    revenue = list(check)
    part = slice(5 * PER_DAY, 8 * PER_DAY)
    revenue[part] = [value * 103 // 100 for value in revenue[part]]
    one = the_one(seen(revenue, check, two_meters=Decimal("0.01")), "meters-differ-days")
    assert (slot_of(one.first), one.count) == (5 * PER_DAY, 3)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(200, DAYS * PER_DAY - 200), st.integers(12, 60))
def test_a_planted_stuck_value_is_found_within_an_interval(seed: int, at: int, long: int) -> None:
    values = windy(seed)
    values[at : at + long] = [100_000 + seed % 50_000] * long  # below its rated output
    found = [one for one in seen(values) if one.code == "value-stuck"]
    assert any(
        abs(slot_of(one.first) - at) <= 1 and abs(slot_of(one.last) - (at + long - 1)) <= 1
        for one in found
    )


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.integers(200, DAYS * PER_DAY - 200), st.sampled_from([2, -1]))
def test_a_planted_spike_is_found_at_its_interval(seed: int, at: int, way: int) -> None:
    values = windy(seed)
    values[at] = values[at] + way * 700_000
    assert at in [slot_of(one.first) for one in seen(values) if one.code == "value-spike"]


def as_csv(values: Values) -> str:
    first = datetime(2025, 1, 1, tzinfo=timezone(timedelta(hours=8)))
    lines = ["time,net"]
    for n, value in enumerate(values):
        lines.append(f"{(first + timedelta(minutes=15 * n)).strftime('%Y-%m-%d %H:%M')},{value}")
    return "\n".join(lines) + "\n"


def through_a_file(values: Values, *, defects: bool) -> Measurement:
    with TemporaryDirectory() as directory:
        return measured(
            Path(directory),
            as_csv(values),
            Period(date(2025, 1, 1), date(2025, 3, 1)),
            defects=defects,
            time={"column": "time", "zone": "Asia/Shanghai", "stands_for": "start", "minutes": 15},
            energy={"net": {"column": "net", "unit": "Wh"}},
        )


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10**6))
def test_no_detector_changes_a_total(seed: int) -> None:
    values, dice = windy(seed), random.Random(seed)
    at = dice.randrange(100, 4_000)
    values[at : at + 30] = [100_000 + seed % 50_000] * 30
    values[at + 200] += 1_000_000
    looked, blind = (through_a_file(values, defects=defects) for defects in (True, False))
    assert (looked.months, looked.years, looked.gaps) == (blind.months, blind.years, blind.gaps)
    assert {f.code for f in looked.findings} >= {"value-stuck", "value-spike"}
    assert blind.findings == ()


def test_a_defect_names_file_meter_first_and_last() -> None:
    values = windy()
    values[96:120] = [values[96]] * 24
    (found,) = through_a_file(values, defects=True).findings
    assert (found.code, found.meter, found.place) == ("value-stuck", "revenue", "2025-01-02 00:00")
    assert found.facts["file"] == "meter.csv"
    assert found.facts["last"] == "2025-01-02 05:45"
    assert "meter.csv" in found.message_zh


def test_of_many_defects_twenty_are_shown_and_the_rest_counted() -> None:
    values = windy()
    for at in range(100, 5_700, 200):  # 28 of them
        values[at : at + 10] = [100_000 + at] * 10
    found = through_a_file(values, defects=True).findings
    assert sum(one.code == "value-stuck" for one in found) == 20
    (more,) = [one for one in found if one.code == "defects-more"]
    assert more.count == 8


@pytest.mark.parametrize(
    ("day", "seconds"),
    # Almanac: greatest and least of the equation of time, 11 February and 3 November.
    [(date(2025, 2, 11), -14 * 60 - 13), (date(2025, 11, 3), 16 * 60 + 26)],
)
def test_the_equation_of_time_is_right_to_half_a_minute(day: date, seconds: int) -> None:
    assert abs(equation_of_time(day) - seconds) <= 30


def test_the_suns_noon_in_beijing_in_winter() -> None:
    # 116.4 degrees east, 1 January: 12 h - 7 h 45 min 36 s + 3 min 18 s = 04:17:42 UTC.
    day = (date(2025, 1, 1) - date(1970, 1, 1)).days
    assert abs(noon_utc(day, Decimal("116.4")) - (4 * 3600 + 17 * 60 + 42)) <= 30
