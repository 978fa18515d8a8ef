"""Files that say two things at once, or were made to do harm: a finding or a refusal."""

import gzip
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from monitoring.meter_files import codes, hours, measured, of
from openccer.kernel.calendar import Period
from openccer.monitoring.calibrations import calibration_findings
from openccer.monitoring.errors import MeterFileError
from openccer.mrv.meter import Calibration
from openccer.rulebook.load import load_cn

GOOD = hours("2025-01-01", ["1"] * 48)
OFFSET = {"column": "time", "stands_for": "start", "minutes": 60}


def refused(directory: Path, content: str | bytes, **changes: Any) -> MeterFileError:
    with pytest.raises(MeterFileError) as caught:
        measured(directory, content, **changes)
    return caught.value


# --- meters -------------------------------------------------------------------------------------


def test_a_file_that_mixes_two_meters_is_refused_where_the_mapping_names_none(
    tmp_path: Path,
) -> None:
    other = hours("2025-01-01", ["3"] * 48).split("\n", 1)[1]
    error = refused(tmp_path, GOOD + other)
    assert error.code == "meters-mixed"
    assert error.place == "meter.csv: line 2, meter.csv: line 50"
    assert error.facts == {"count": 48, "intervals": 48}


def test_a_day_that_was_sent_twice_with_other_values_is_a_finding(tmp_path: Path) -> None:
    again = hours("2025-01-01", ["3"] * 24).split("\n", 1)[1]
    assert of(measured(tmp_path, GOOD + again), "duplicate-conflict").count == 24


# --- times --------------------------------------------------------------------------------------


def with_offsets(*offsets: str) -> str:
    rows = [
        f"2025-01-0{1 + n // 24} {n % 24:02d}:00{offsets[n * len(offsets) // 48]},1"
        for n in range(48)
    ]
    return "\n".join(["time,out", *rows]) + "\n"


def test_an_offset_that_changes_as_no_zone_does_is_a_finding(tmp_path: Path) -> None:
    result = measured(tmp_path, with_offsets("+08:00", "+08:00", "+00:00"), time=OFFSET)
    found = of(result, "time-offset-changes")
    assert (found.severity, found.count, found.place) == ("error", 16, "line 34")
    assert found.facts["offsets"] == "+00:00, +08:00"


def test_an_offset_that_the_named_zone_does_not_have_is_a_finding(tmp_path: Path) -> None:
    zone = OFFSET | {"zone": "Asia/Shanghai"}
    found = of(
        measured(tmp_path, with_offsets("+08:00", "+09:00"), time=zone), "time-offset-changes"
    )
    assert (found.count, found.place) == (24, "line 26")


def test_one_offset_throughout_that_is_not_the_named_zones_is_a_finding(tmp_path: Path) -> None:
    zone = OFFSET | {"zone": "Asia/Shanghai"}
    found = of(measured(tmp_path, with_offsets("+09:00"), time=zone), "time-offset-changes")
    assert (found.count, found.place) == (48, "line 2")
    assert found.facts == {"offsets": "+09:00", "zone": "Asia/Shanghai"}
    assert "time-offset-changes" not in codes(
        measured(tmp_path, with_offsets("+09:00"), time=OFFSET)
    )


CHANGES = [  # tzdata: the clock goes forward, and back, in 2025
    ("Europe/Paris", "2025-03-30 01:00+01:00", "2025-03-30 03:00+02:00"),
    ("Europe/London", "2025-10-26 01:00+01:00", "2025-10-26 01:00+00:00"),
    ("Australia/Sydney", "2025-04-06 02:00+11:00", "2025-04-06 02:00+10:00"),
    ("Australia/Lord_Howe", "2025-10-05 01:00+10:30", "2025-10-05 03:00+11:00"),
]


@pytest.mark.parametrize(("zone", "before", "after"), CHANGES)
def test_the_zones_own_change_is_no_finding(
    tmp_path: Path, zone: str, before: str, after: str
) -> None:
    text = f"time,out\n{before},1\n{after},1\n"
    day = Period(date.fromisoformat(before[:10]), date.fromisoformat(before[:10]))
    for time in (OFFSET, OFFSET | {"zone": zone}):
        result = measured(tmp_path, text, day, time=time, calendar=zone)
        assert "time-offset-changes" not in codes(result)


@pytest.mark.parametrize(("zone", "before", "after"), CHANGES)
def test_the_same_change_an_hour_early_is_a_finding(
    tmp_path: Path, zone: str, before: str, after: str
) -> None:
    """An hour before the clock changes the new offset is no zone's: neither this nor another's."""
    early = (datetime.fromisoformat(after) - timedelta(hours=1)).isoformat(" ")
    text = f"time,out\n{early},1\n{before},1\n"
    day = Period(date.fromisoformat(before[:10]), date.fromisoformat(before[:10]))
    for time in (OFFSET, OFFSET | {"zone": zone}):
        result = measured(tmp_path, text, day, time=time, calendar=zone)
        assert of(result, "time-offset-changes").count == 1


def test_two_zones_an_hour_apart_do_not_pass_as_summer_and_standard_time(tmp_path: Path) -> None:
    result = measured(tmp_path, with_offsets("+08:00", "+09:00"), time=OFFSET)
    found = of(result, "time-offset-changes")
    assert (found.count, found.place) == (24, "line 26")
    again = [f"2025-01-0{1 + n // 24} {n % 24:02d}:00+0{8 + n % 2}:00,1" for n in range(48)]
    mixed = measured(tmp_path, "\n".join(["time,out", *again]), time=OFFSET)
    assert of(mixed, "time-offset-changes").count == 24


def test_chinas_summer_time_of_1988_is_one_zone(tmp_path: Path) -> None:
    text = "time,out\n1988-04-16 23:00+08:00,1\n1988-04-18 00:00+09:00,1\n"
    days = Period(date(1988, 4, 16), date(1988, 4, 18))
    assert "time-offset-changes" not in codes(measured(tmp_path, text, days, time=OFFSET))


def test_an_offset_that_the_format_reads_is_held_against_the_zone_too(tmp_path: Path) -> None:
    form = OFFSET | {"format": "%d.%m.%Y %H:%M%z"}
    lines = [f"0{1 + n // 24}.01.2025 {n % 24:02d}:00+0800,1" for n in range(48)]
    good = measured(tmp_path, "\n".join(["time,out", *lines]) + "\n", time=form)
    assert (codes(good), good.years[0].export_wh) == ([], 48_000)
    lines[40:] = [line.replace("+0800", "-0330") for line in lines[40:]]
    mixed = measured(tmp_path, "\n".join(["time,out", *lines]) + "\n", time=form)
    found = of(mixed, "time-offset-changes")
    assert (found.count, found.facts["offsets"]) == (8, "-03:30, +08:00")


def test_a_year_that_was_mistyped_does_not_stop_the_check(tmp_path: Path) -> None:
    text = with_offsets("+08:00", "+00:00").replace("2025-01-02 23:00", "9999-12-31 24:00")
    assert of(measured(tmp_path, text, time=OFFSET), "time-offset-changes").count == 24


def test_times_of_a_type_that_holds_the_instant_have_no_offset_to_hold(tmp_path: Path) -> None:
    zone = OFFSET | {"zone": "Asia/Shanghai"}
    path = tmp_path / "meter.parquet"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
        connection.execute(
            "COPY (SELECT TIMESTAMPTZ '2025-01-01 00:00' + to_hours(n) AS time, 1 AS out"
            f" FROM range(48) AS hours(n)) TO '{path}' (FORMAT parquet)"
        )
    result = measured(
        tmp_path, path.read_bytes(), file="meter.parquet", format="parquet", time=zone
    )
    assert (codes(result), result.years[0].export_wh) == ([], 48_000)


def test_times_with_and_without_an_offset_are_said(tmp_path: Path) -> None:
    zone = OFFSET | {"zone": "Asia/Shanghai"}
    result = measured(tmp_path, with_offsets("+08:00", ""), time=zone)
    assert of(result, "time-offset-some").count == 24
    assert result.years[0].missing_intervals == 0


# --- units --------------------------------------------------------------------------------------

UNITS = "time,out,unit\n2025-01-01 00:00,1,kWh\n2025-01-01 01:00,1,{}\n"


def test_a_unit_column_that_changes_is_refused_with_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, UNITS.format("MWh"), unit_column="unit")
    assert (error.code, error.place) == ("unit-changes", "meter.csv: line 3, unit")
    assert error.facts["text"] == "'MWh'"


def test_a_unit_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD, unit_column="unit")
    assert (error.code, error.facts["missing"]) == ("columns-missing", "'unit'")


def test_a_unit_column_that_says_what_the_mapping_says_is_read(tmp_path: Path) -> None:
    assert measured(tmp_path, UNITS.format("KWH"), unit_column="unit").years[0].export_wh == 2_000


@pytest.mark.parametrize("column", ["out_mwh", "上网电量（兆瓦时）", "Energy [MWh]", "out (GWh)"])
def test_a_column_named_after_another_unit_is_said(tmp_path: Path, column: str) -> None:
    energy = {"export": {"column": column, "unit": "kWh"}}
    result = measured(tmp_path, GOOD.replace("time,out", f"time,{column}"), energy=energy)
    assert of(result, "unit-name").facts["unit"] == "kWh"


@pytest.mark.parametrize("column", ["out_kwh", "out", "flow", "上网电量（千瓦时）", "raw"])
def test_a_column_named_after_its_unit_or_none_is_not(tmp_path: Path, column: str) -> None:
    energy = {"export": {"column": column, "unit": "kWh"}}
    text = GOOD.replace("time,out", f"time,{column}")
    assert "unit-name" not in codes(measured(tmp_path, text, energy=energy))


# --- mappings -----------------------------------------------------------------------------------

CUMULATIVE = {"column": "out", "unit": "kWh", "counting": "cumulative"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"energy": {"net": CUMULATIVE}}, "never net"),
        ({"energy": {"export": CUMULATIVE | {"unit": "kW"}}}, "counts energy"),
        ({"energy": {"export": {"column": "out", "unit": "kWh", "digits": 5}}}, "digits belong"),
        ({"energy": {"export": CUMULATIVE | {"digits": 13}}}, "from 1 to 12"),
        ({"site": {"kind": "solar", "longitude": "200"}}, "between -180 and 180"),
        ({"format": "nem12", "delimiter": ";"}, "NEM12"),
        ({"time": OFFSET | {"stands_for": "end", "slots": "a"}}, "stands_for is start"),
        ({"time": OFFSET | {"format": "%z %Y-%m-%d"}}, "stands last"),
        (
            {
                "unit_column": "u",
                "energy": {
                    "export": {"column": "out", "unit": "kWh"},
                    "import": {"column": "in", "unit": "MWh"},
                },
            },
            "must have one unit",
        ),
    ],
)
def test_a_mapping_that_contradicts_itself_is_refused(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    error = refused(tmp_path, GOOD, **changes)
    assert error.code == "mapping-invalid"
    assert words in error.message_en


# --- files made to do harm ------------------------------------------------------------------------


def test_a_file_that_grows_without_end_when_unpacked_is_refused(tmp_path: Path) -> None:
    bomb = gzip.compress(b"time,out\n" + b"0,0\n" * (20 << 20), mtime=0)  # 80 MiB from 80 KiB
    error = refused(tmp_path, bomb, file="meter.csv.gz")
    assert error.code == "file-grows"


def test_zero_bytes_between_the_readings_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD.replace("05:00,1", "05:00,\x001")).code == "file-binary"
    assert refused(tmp_path, "100,NEM12\n\x00", format="nem12").code == "file-binary"


@pytest.mark.parametrize("size", [1 << 12, 1 << 22])
def test_a_huge_field_is_refused_and_shown_short(tmp_path: Path, size: int) -> None:
    error = refused(tmp_path, GOOD.replace("05:00,1\n", f"05:00,{'9' * size}\n", 1))
    assert error.code in ("numbers-unusable", "line-unreadable")
    assert len(error.message_en) < 1_000


def test_a_huge_header_is_refused_and_shown_short(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD.replace("time,out", "x" * (1 << 20) + ",out"))
    assert error.code == "columns-missing"
    assert len(error.message_en) < 1_000


def test_a_formula_in_a_cell_is_only_a_text(tmp_path: Path) -> None:
    text = GOOD.replace("05:00,1", '05:00,"=HYPERLINK(""http://x"")"')
    assert refused(tmp_path, text).code == "numbers-unusable"


def test_numbers_at_the_edge_of_64_bits_do_not_stop_the_detectors(tmp_path: Path) -> None:
    values = [str(9 * 10**13 + n % 7) for n in range(48)]  # kWh: 9 x 10^16 Wh each
    result = measured(tmp_path, hours("2025-01-01", values), defects=True)
    assert result.years[0].export_wh == sum(int(value) * 1_000 for value in values)


# --- calibrations ---------------------------------------------------------------------------------


def test_a_late_calibration_is_said_with_its_days() -> None:
    rules = load_cn().on(date(2026, 2, 2))
    made = Calibration(meter="GK-01", day=date(2024, 3, 1), limit=Decimal("0.005"))
    year = Period(date(2025, 1, 1), date(2025, 12, 31))
    (found,) = calibration_findings([made], year, rules)
    # Calibrated every year: covered to 1 March 2025, late from the 2nd on, 305 days of the year.
    assert (found.code, found.meter, found.place) == ("calibration-late", "GK-01", "2025-03-02")
    assert found.count == 305
    assert "GK-01" in found.message_zh


def test_a_meter_calibrated_in_time_is_not_mentioned() -> None:
    rules = load_cn().on(date(2026, 2, 2))
    made = Calibration(meter="GK-01", day=date(2024, 12, 1), limit=Decimal("0.005"))
    first = Period(date(2025, 1, 1), date(2025, 6, 30))
    assert calibration_findings([made], first, rules) == ()
