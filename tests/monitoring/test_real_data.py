"""Real meter data, each checked against figures found another way: a plain loop, or its README."""

import csv
import gzip
from collections import defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Any

import duckdb
import pytest

from monitoring.meter_files import SHARED, YEAR_2025, codes, measured_shared, needs_shared, of
from openccer.kernel.calendar import Period
from openccer.monitoring.model import Measurement
from openccer.monitoring.totals import measure

pytestmark = [needs_shared, pytest.mark.slow]
YEAR_2014 = Period(date(2014, 1, 1), date(2014, 12, 31))
HAUTE_BORNE = "wind_la_haute_borne"
TURBINES = ("R80711", "R80721", "R80736", "R80790")


def plant_meter(directory: Path, **changes: Any) -> Measurement:
    keys = {
        "format": "parquet",
        "time": {"column": "time_utc", "stands_for": "start", "minutes": 10},
        "energy": {"net": {"column": "net_energy_kwh", "unit": "kWh"}},
        "limits": {"capacity_mw": "8.2"},
    }
    name = f"{HAUTE_BORNE}/plant_meter_10min_2014.parquet"
    return measured_shared(directory, name, YEAR_2014, **(keys | changes))


def shortest(value: object) -> Fraction:
    """A double as its shortest decimal text says it; Python's own repr, not the database's."""
    return Fraction(repr(value))


def test_the_plant_meter_sums_as_a_loop_does(tmp_path: Path) -> None:
    result = plant_meter(tmp_path)
    path = str(SHARED / HAUTE_BORNE / "plant_meter_10min_2014.parquet")
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for text, kwh in duckdb.execute(
        "SELECT time_utc, net_energy_kwh FROM read_parquet(?)", [path]
    ).fetchall():
        beijing = datetime.fromisoformat(text) + timedelta(hours=8)
        if beijing.year == 2014:
            value = floor(shortest(kwh) * 1000)
            month = sums[beijing.month]
            sums[beijing.month] = [
                month[0] + max(value, 0),
                month[1] + max(-value, 0),
                month[2] + 1,
            ]
    assert {m.month: [m.export_wh, m.import_wh, m.read_intervals] for m in result.months} == sums
    assert result.rows == 52_560  # README
    assert [gap.count for gap in result.gaps] == [48]  # the eight hours before the UTC year


@pytest.mark.parametrize("turbine", TURBINES)
def test_a_turbine_has_its_clock_changes_as_the_readme_says(tmp_path: Path, turbine: str) -> None:
    result = measured_shared(
        tmp_path,
        f"{HAUTE_BORNE}/scada_10min_2014.parquet",
        YEAR_2014,
        format="parquet",
        time={"column": "Date_time", "stands_for": "start", "minutes": 10},
        meter_column="Wind_turbine_name",
        meters={"revenue": {"id": turbine}},
        energy={"net": {"column": "P_avg", "unit": "kW"}},
        limits={"capacity_mw": "2.05"},
        calendar="Europe/Paris",
    )
    # The README counts 12 duplicated and 12 missing over 2014 and 2015, so six of each in 2014.
    repeated = sum(f.count for f in result.findings if f.code.startswith("duplicate-"))
    assert repeated == 6
    assert of(result, "duplicate-conflict").place == "2014-03-30 03:00"
    october = [gap for gap in result.gaps if gap.first_text == "2014-10-26 02:00"]
    assert [gap.count for gap in october] == [6]
    assert of(result, "meter-other").count == 3 * 52_554


def test_a_turbine_sums_as_a_loop_does(tmp_path: Path) -> None:
    result = measured_shared(
        tmp_path,
        f"{HAUTE_BORNE}/scada_10min_2014.parquet",
        YEAR_2014,
        format="parquet",
        time={"column": "Date_time", "stands_for": "start", "minutes": 10},
        meter_column="Wind_turbine_name",
        meters={"revenue": {"id": "R80711"}, "check": {"id": "R80721"}},
        energy={"net": {"column": "P_avg", "unit": "kW"}},
        calendar="UTC",
    )
    path = str(SHARED / HAUTE_BORNE / "scada_10min_2014.parquet")
    taken: dict[datetime, tuple[int, int]] = {}
    for text, kilowatt in duckdb.execute(
        "SELECT Date_time, CAST(P_avg AS VARCHAR) FROM read_parquet(?)"
        " WHERE Wind_turbine_name = 'R80711' AND P_avg IS NOT NULL",
        [path],
    ).fetchall():
        at = datetime.fromisoformat(text)
        value = floor(Fraction(kilowatt) * 1000 / 6)
        out, into = taken.get(at, (max(value, 0), max(-value, 0)))
        taken[at] = min(out, max(value, 0)), max(into, max(-value, 0))
    (year,) = result.years
    assert year.export_wh == sum(out for out, _ in taken.values())
    assert year.import_wh == sum(into for _, into in taken.values())
    assert year.missing_intervals == 52_560 - len(taken)


def test_smard_hours_begin_in_another_year_than_in_beijing(tmp_path: Path) -> None:
    path = SHARED / "wind_offshore_smard_de/wind_offshore_de_hourly_2025_h1.parquet"
    half = Period(date(2025, 1, 1), date(2025, 6, 30))
    result = measured_shared(
        tmp_path,
        str(path),
        half,
        format="parquet",
        time={"column": "timestamp", "zone": "UTC", "stands_for": "start", "minutes": 60},
        energy={"export": {"column": "generation_mw", "unit": "MW"}},
    )
    sums: dict[int, int] = defaultdict(int)
    for megawatt, epoch in duckdb.execute(
        "SELECT generation_mw, epoch_us(CAST(timestamp AS TIMESTAMPTZ)) // 1000000"
        " FROM read_parquet(?)",
        [str(path)],
    ).fetchall():
        beijing = datetime(1970, 1, 1) + timedelta(seconds=epoch, hours=8)  # noqa: DTZ001
        if beijing.date() in half:
            sums[beijing.month] += floor(shortest(megawatt) * 1_000_000)
    assert {m.month: m.export_wh for m in result.months} == sums
    assert result.rows == 4_343  # README
    assert result.gaps[0].count == 7  # the CET year begins seven hours after Beijing's


@pytest.mark.parametrize("version", ["original", "processed"])
def test_a_chinese_pv_station_sums_as_a_loop_does(tmp_path: Path, version: str) -> None:
    name = f"pv_cn_stategrid/site1_50MW_{version}.csv.gz"
    two_years = Period(date(2019, 1, 1), date(2020, 12, 31))
    result = measured_shared(
        tmp_path,
        name,
        two_years,
        time={"column": "time_raw", "zone": "Asia/Shanghai", "stands_for": "start", "minutes": 15},
        energy={"net": {"column": "power_mw", "unit": "MW"}},
        limits={"capacity_mw": "50"},
        missing=["", "NA", "--"],
    )
    sums: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    limit = Fraction(50 * 11, 40) * 1_000_000
    with gzip.open(SHARED / name, "rt") as stream:
        for row in csv.DictReader(stream):
            try:
                if "e" in row["power_mw"]:  # one reading, 6.4e-05 or so: refused, as it is said
                    continue
                value = Fraction(row["power_mw"]) * 1_000_000 / 4
                at = datetime.fromisoformat(row["time_raw"])
            except ValueError:
                continue
            if abs(value) <= limit:
                month = sums[at.year, at.month]
                month[0] += max(0, floor(value))
                month[1] += max(0, ceil(-value))
                month[2] += 1
    found = {(m.year, m.month): [m.export_wh, m.import_wh, m.read_intervals] for m in result.months}
    assert found == sums
    assert of(result, "number-exponent").count == 1
    assert result.rows == 70_176  # README


def demo(crediting_start: date | None = None) -> Measurement:
    data = Path(__file__).resolve().parents[2] / "src/openccer/data/haute_borne"
    return measure(
        data / "haute_borne_2025_hourly.csv.gz",
        data / "mapping.yaml",
        YEAR_2025,
        crediting_start=crediting_start,
    )


def test_the_demo_file_is_made_again_byte_for_byte(tmp_path: Path) -> None:
    import subprocess
    import sys

    root = Path(__file__).resolve().parents[2]
    out = tmp_path / "again.csv.gz"
    command = [sys.executable, str(root / "tools/make_demo_data.py"), "--out", str(out)]
    subprocess.run([*command, "--source", str(SHARED / HAUTE_BORNE)], check=True)
    kept = root / "src/openccer/data/haute_borne/haute_borne_2025_hourly.csv.gz"
    assert out.read_bytes() == kept.read_bytes()


def test_the_demo_file_agrees_with_the_ten_minute_originals() -> None:
    """The same hours summed from the originals: only blank hours and rounding may differ."""
    path = str(SHARED / HAUTE_BORNE / "plant_meter_10min_2014.parquet")
    hours: dict[datetime, int] = defaultdict(int)
    for text, kwh in duckdb.execute(
        "SELECT time_utc, net_energy_kwh FROM read_parquet(?)", [path]
    ).fetchall():
        at = datetime.fromisoformat(text) + timedelta(hours=8)
        if at.year == 2014:
            hours[at.replace(minute=0)] += int(shortest(kwh) * 1000)
    result = demo()
    blank = 0
    for gap in result.gaps:
        if gap.role == "revenue":
            first = datetime.fromisoformat(gap.first_text + "+00:00").replace(year=2014)
            blank += sum(hours.get(first + timedelta(hours=n), 0) for n in range(gap.count))
    (year,) = result.years
    assert sum(hours.values()) - blank == year.export_wh - year.import_wh
    assert "duplicate-conflict" in codes(result)
