"""What happens to single readings: refused or used, and said so. Files are written in the test."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from monitoring.meter_files import TWO_DAYS, codes, hours, measured, of
from openccer.kernel.calendar import Period
from openccer.monitoring.errors import MeterFileError


def test_readings_are_summed_in_whole_wh(tmp_path: Path) -> None:
    result = measured(tmp_path, hours("2025-01-01", ["1.5"] * 48))
    (year,) = result.years
    assert (year.export_wh, year.import_wh) == (72_000, 0)
    assert (year.expected_intervals, year.missing_intervals) == (48, 0)
    assert result.gaps == ()
    assert result.findings == ()


def test_a_missing_reading_is_not_zero(tmp_path: Path) -> None:
    result = measured(
        tmp_path, hours("2025-01-01", ["1"] * 10 + ["", "NA"] + ["1"] * 36), missing=["", "NA"]
    )
    assert result.years[0].missing_intervals == 2
    (gap,) = result.gaps
    assert (gap.first_text, gap.last_text, gap.count) == ("2025-01-01 10:00", "2025-01-01 11:00", 2)
    assert of(result, "reading-blank").place == "line 12"
    assert of(result, "gap").count == 2


def test_a_missing_net_reading_is_not_zero(tmp_path: Path) -> None:
    result = measured(
        tmp_path,
        hours("2025-01-01", ["1", ""] + ["-0.5"] * 46),
        energy={"net": {"column": "out", "unit": "kWh"}},
    )
    (year,) = result.years
    assert (year.export_wh, year.import_wh, year.missing_intervals) == (1000, 23_000, 1)
    assert year.largest_import_wh == 500


def test_gaps_at_both_ends_and_between_are_listed(tmp_path: Path) -> None:
    text = "time,out\n2025-01-01 05:00,1\n2025-01-01 06:00,1\n2025-01-01 09:00,1\n"
    result = measured(tmp_path, text)
    assert [(gap.first_text, gap.count) for gap in result.gaps] == [
        ("2025-01-01 00:00", 5),
        ("2025-01-01 07:00", 2),
        ("2025-01-01 10:00", 38),
    ]
    assert sum(gap.count for gap in result.gaps) == result.years[0].missing_intervals


def test_a_period_without_any_reading_is_one_gap(tmp_path: Path) -> None:
    result = measured(tmp_path, hours("2024-01-01", ["1"] * 3))
    assert [gap.count for gap in result.gaps] == [48]
    assert of(result, "outside-period").count == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1e3", "number-exponent"),
        ("-1", "register-negative"),
    ],
)
def test_an_odd_number_is_refused_alone_and_named(tmp_path: Path, text: str, code: str) -> None:
    result = measured(tmp_path, hours("2025-01-01", ["1", "1", text] + ["1"] * 45))
    found = of(result, code)
    assert (found.count, found.place) == (1, "line 4")
    assert result.years[0].export_wh == 47_000
    assert result.years[0].missing_intervals == 1


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "inf",
        "-Infinity",
        '"1,234.5"',
        "12 kWh",
        "１２",
        "12.",
        "1_000",
        "bad",
        "1" * 30,
        "99999999999999999999",
        "9223372036854775808",
    ],  # beyond 64 bits: refused, not wrapped
)
def test_what_is_no_plain_number_makes_the_file_unusable(tmp_path: Path, text: str) -> None:
    with pytest.raises(MeterFileError) as caught:
        measured(tmp_path, hours("2025-01-01", ["1", "1", text] + ["1"] * 45))
    assert caught.value.code == "numbers-unusable"
    assert "line 4" in caught.value.place
    assert "missing" in caught.value.message_en


def test_a_text_that_the_mapping_calls_missing_is_no_reading(tmp_path: Path) -> None:
    result = measured(tmp_path, hours("2025-01-01", ["1", "NaN"] + ["1"] * 46), missing=["NaN"])
    assert result.years[0].missing_intervals == 1


def test_a_reading_above_capacity_is_refused(tmp_path: Path) -> None:
    values = ["1100", "1100.001"] + ["1"] * 46  # 1 MW x 1 h x 1.1 is the last possible
    result = measured(tmp_path, hours("2025-01-01", values), limits={"capacity_mw": "1"})
    assert of(result, "above-capacity").place == "line 3"
    assert result.years[0].export_wh == 1_100_000 + 46_000


def test_the_same_reading_twice_counts_once(tmp_path: Path) -> None:
    text = hours("2025-01-01", ["1"] * 48) + "2025-01-02 23:00,1.000\n"
    result = measured(tmp_path, text)
    assert result.years[0].export_wh == 48_000
    assert of(result, "duplicate-same").place == "2025-01-02 23:00"
    assert "duplicate-conflict" not in codes(result)


def test_of_two_different_readings_the_conservative_one_is_used(tmp_path: Path) -> None:
    lines = ["time,out,into", "2025-01-01 00:00,5,1", "2025-01-01 00:00,3,2"]
    result = measured(
        tmp_path,
        "\n".join(lines) + "\n",
        energy={
            "export": {"column": "out", "unit": "kWh"},
            "import": {"column": "into", "unit": "kWh"},
        },
    )
    assert (result.years[0].export_wh, result.years[0].import_wh) == (3000, 2000)
    assert of(result, "duplicate-conflict").count == 1


def test_half_a_reading_is_no_reading(tmp_path: Path) -> None:
    result = measured(
        tmp_path,
        "time,out,into\n2025-01-01 00:00,5,\n2025-01-01 01:00,,7\n2025-01-01 02:00,1,1\n",
        energy={
            "export": {"column": "out", "unit": "kWh"},
            "import": {"column": "into", "unit": "kWh"},
        },
    )
    assert (result.years[0].export_wh, result.years[0].import_wh) == (1000, 1000)
    assert of(result, "reading-half").count == 2
    assert result.years[0].largest_import_wh == 7000


def test_times_off_the_grid_are_refused(tmp_path: Path) -> None:
    result = measured(tmp_path, "time,out\n2025-01-01 00:00,1\n2025-01-01 01:07,1\n")
    assert of(result, "time-off-grid").place == "line 3"
    assert result.years[0].export_wh == 1000


def test_rows_out_of_order_are_sorted_and_said(tmp_path: Path) -> None:
    text = "time,out\n2025-01-01 01:00,1\n2025-01-01 00:00,2\n2025-01-01 02:00,4\n"
    result = measured(tmp_path, text)
    assert of(result, "time-order").place == "line 3"
    assert result.years[0].export_wh == 7000
    assert [gap.count for gap in result.gaps] == [45]


def test_an_unreadable_time_is_refused_with_its_line(tmp_path: Path) -> None:
    text = "time,out\n2025-01-01 00:00,1\n\n2025-02-30 00:00,1\n2025-01-01 01:00,1\n"
    found = of(measured(tmp_path, text), "time-unreadable")
    assert (found.count, found.place) == (1, "line 4")  # the blank line is counted
    assert found.facts["text"] == "'2025-02-30 00:00'"


def test_the_end_of_an_interval_may_be_written_24_00(tmp_path: Path) -> None:
    text = "time,out\n2025-01-01 01:00,1\n2025-01-01 24:00,2\n2025-01-03 00:00,4\n"
    time = {"column": "time", "zone": "Asia/Shanghai", "stands_for": "end", "minutes": 60}
    result = measured(tmp_path, text, time=time)
    assert result.years[0].export_wh == 7000
    assert result.gaps[0].first_text == "2025-01-01 01:00"


def test_other_forms_of_time_are_read_by_their_format(tmp_path: Path) -> None:
    time = {
        "column": "time",
        "zone": "Asia/Shanghai",
        "stands_for": "start",
        "minutes": 60,
        "format": "%Y/%m/%d %H:%M",
    }
    result = measured(tmp_path, "time,out\n2025/1/1 0:00,1\n2025/01/01 01:00,2\n", time=time)
    assert result.years[0].export_wh == 3000


PARIS = {"column": "time", "zone": "Europe/Paris", "stands_for": "start", "minutes": 60}
OCTOBER = Period(date(2025, 10, 26), date(2025, 10, 26))
PARIS_DAY = {"time": PARIS, "calendar": "Europe/Paris"}


def test_the_repeated_hour_is_told_apart_by_order(tmp_path: Path) -> None:
    rows = ["00", "01", "02", "02", *(f"{hour:02d}" for hour in range(3, 24))]
    text = "time,out\n" + "".join(f"2025-10-26 {hour}:00,1\n" for hour in rows)
    result = measured(tmp_path, text, OCTOBER, **PARIS_DAY)
    assert result.years[0].expected_intervals == 25  # the day has 25 hours
    assert result.years[0].export_wh == 25_000
    assert of(result, "time-repeated-resolved").count == 2
    assert result.gaps == ()


def test_the_repeated_hour_written_once_is_refused(tmp_path: Path) -> None:
    rows = [f"{hour:02d}" for hour in range(24)]
    text = "time,out\n" + "".join(f"2025-10-26 {hour}:00,1\n" for hour in rows)
    result = measured(tmp_path, text, OCTOBER, **PARIS_DAY)
    assert of(result, "time-repeated").place == "line 4"
    assert (result.years[0].export_wh, result.years[0].missing_intervals) == (23_000, 2)


def test_the_repeated_hour_in_a_file_out_of_order_is_refused(tmp_path: Path) -> None:
    text = "time,out\n" + "".join(f"2025-10-26 {hour}:00,1\n" for hour in ("05", "02", "02", "04"))
    result = measured(tmp_path, text, OCTOBER, **PARIS_DAY)
    assert of(result, "time-repeated").count == 2
    assert result.years[0].export_wh == 2000


def test_the_skipped_hour_is_refused(tmp_path: Path) -> None:
    text = "time,out\n" + "".join(f"2025-03-30 {hour:02d}:00,1\n" for hour in range(24))
    march = Period(date(2025, 3, 30), date(2025, 3, 30))
    result = measured(tmp_path, text, march, **PARIS_DAY)
    assert result.years[0].expected_intervals == 23
    found = of(result, "time-skipped")
    assert (found.place, found.facts["text"]) == ("line 4", "'2025-03-30 02:00'")
    assert (result.years[0].export_wh, result.years[0].missing_intervals) == (23_000, 0)


def test_an_offset_in_the_text_is_used(tmp_path: Path) -> None:
    text = (
        "time,out\n2025-01-01T00:00:00+08:00,1\n2024-12-31T17:00:00Z,2\n2024-12-31 19:00-0100,4\n"
    )
    offset = {"column": "time", "stands_for": "start", "minutes": 60}
    result = measured(tmp_path, text, time=offset)
    assert result.years[0].export_wh == 7000
    assert [gap.first_text for gap in result.gaps] == ["2025-01-01 02:00", "2025-01-01 05:00"]


UNITS = [
    ("Wh", "1234000", Fraction(1234)),
    ("kWh", "1234", Fraction(1234)),
    ("MWh", "1.234", Fraction(1234)),
    ("GWh", "0.001234", Fraction(1234)),
    ("kW", "1234", Fraction(1234)),
    ("W", "1234000", Fraction(1234)),
    ("MW", "1.234", Fraction(1234)),
]


@pytest.mark.parametrize(("unit", "text", "kwh"), UNITS)
def test_every_unit_says_the_same_energy(
    tmp_path: Path, unit: str, text: str, kwh: Fraction
) -> None:
    energy = {"export": {"column": "out", "unit": unit}}
    result = measured(tmp_path, hours("2025-01-01", [text]), energy=energy)
    assert result.years[0].export_wh == kwh * 1000


def test_mean_power_counts_for_the_length_of_its_interval(tmp_path: Path) -> None:
    time = {"column": "time", "zone": "UTC", "stands_for": "start", "minutes": 10}
    energy = {"net": {"column": "out", "unit": "kW"}}
    text = "time,out\n2025-01-01 00:00,1\n2025-01-01 00:10,-1\n2025-01-01 00:20,0.0061\n"
    result = measured(tmp_path, text, time=time, energy=energy)
    # 1 kW for ten minutes is 166.67 Wh: export is cut down, import is cut up.
    assert (result.years[0].export_wh, result.years[0].import_wh) == (166 + 1, 167)


def test_parts_of_a_wh_are_cut_down_for_export_and_up_for_import(tmp_path: Path) -> None:
    energy = {
        "export": {"column": "out", "unit": "kWh"},
        "import": {"column": "into", "unit": "kWh"},
    }
    text = "time,out,into\n2025-01-01 00:00,0.0019999999999999,0.0010000000000001\n"
    result = measured(tmp_path, text, energy=energy)
    assert (result.years[0].export_wh, result.years[0].import_wh) == (1, 2)


def test_a_decimal_comma_is_read_where_the_mapping_says_so(tmp_path: Path) -> None:
    text = "time;out\n2025-01-01 00:00;1,5\n"
    result = measured(tmp_path, text, delimiter=";", decimal=",")
    assert result.years[0].export_wh == 1500


def test_a_point_beside_decimal_commas_is_refused(tmp_path: Path) -> None:
    text = "time;out\n2025-01-01 00:00;1,5\n2025-01-01 01:00;1.234\n"
    with pytest.raises(MeterFileError):  # 1.234 is 1234 to a German, or 1.234
        measured(tmp_path, text, delimiter=";", decimal=",")


def test_chinese_headers_in_gb18030_are_read(tmp_path: Path) -> None:
    text = "时间,上网电量\n2025-01-01 00:00,1\n".encode("gb18030")
    result = measured(
        tmp_path,
        text,
        encoding="gb18030",
        time={"column": "时间", "zone": "Asia/Shanghai", "stands_for": "start", "minutes": 60},
        energy={"export": {"column": "上网电量", "unit": "kWh"}},
    )
    assert result.years[0].export_wh == 1000


@pytest.mark.parametrize("start", ["\ufeff", ""])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_byte_order_marks_and_line_ends_do_not_matter(tmp_path: Path, start: str, end: str) -> None:
    text = start + f"time,out{end}2025-01-01 00:00,1{end}"
    assert measured(tmp_path, text.encode()).years[0].export_wh == 1000


def test_months_years_and_crediting_years_add_up(tmp_path: Path) -> None:
    period = Period(date(2024, 11, 1), date(2026, 2, 15))
    text = hours("2024-11-01", list(range(24 * period.days)))
    result = measured(tmp_path, text, period, crediting_start=date(2024, 6, 16))
    total = sum(range(24 * period.days)) * 1000
    assert sum(month.export_wh for month in result.months) == total
    assert sum(year.export_wh for year in result.years) == total
    assert sum(year.export_wh for year in result.crediting_years) == total
    assert [(c.number, c.period.first, c.period.last) for c in result.crediting_years] == [
        (1, date(2024, 11, 1), date(2025, 6, 15)),
        (2, date(2025, 6, 16), date(2026, 2, 15)),
    ]
    june = next(month for month in result.months if month.month == 6)
    assert june.period == Period(date(2025, 6, 1), date(2025, 6, 30))
    assert june.expected_intervals == 720


def test_a_period_before_the_crediting_period_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="before the crediting period"):
        measured(tmp_path, hours("2025-01-01", ["1"]), crediting_start=date(2025, 6, 1))


def test_the_digests_are_those_of_the_bytes(tmp_path: Path) -> None:
    from hashlib import sha256

    first = measured(tmp_path, hours("2025-01-01", ["1"]))
    again = measured(tmp_path, hours("2025-01-01", ["2"]))
    assert first.dataset == sha256(hours("2025-01-01", ["1"]).encode()).hexdigest()
    assert first.mapping == sha256((tmp_path / "mapping.yaml").read_bytes()).hexdigest()
    assert first.query == again.query
    assert first.query != measured(tmp_path, hours("2025-01-01", ["1"]), calendar="UTC").query


def test_the_memory_limit_is_applied(tmp_path: Path) -> None:
    from openccer.monitoring.engine import open_engine

    connection = open_engine(tmp_path, "256MiB")
    settings = connection.execute(
        "SELECT current_setting('memory_limit'), current_setting('temp_directory')"
    ).fetchone()
    connection.close()
    assert settings == ("256.0 MiB", str(tmp_path / "spill"))


def test_nothing_temporary_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    measured(tmp_path, hours("2025-01-01", ["1"]), TWO_DAYS)
    with pytest.raises(ValueError, match="no reading"):
        measured(tmp_path, "time,out\n")
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("year", ["0001", "0205", "9999"])
def test_a_mistyped_year_is_outside_the_period(tmp_path: Path, year: str) -> None:
    text = f"time,out\n{year}-01-01 00:00,1\n2025-01-01 00:00,1\n{year}-12-31 23:00,1\n"
    result = measured(tmp_path, text)
    assert of(result, "outside-period").count == 2
    assert result.years[0].export_wh == 1000


def test_both_meters_may_stand_in_one_row(tmp_path: Path) -> None:
    text = "time,out,net\n2025-01-01 00:00,10,9\n2025-01-01 01:00,,9\n2025-01-01 02:00,10,\n"
    result = measured(
        tmp_path,
        text,
        meters={"check": {}},
        check_energy={"net": {"column": "net", "unit": "MWh"}},
        limits={"two_meters": "0.05"},
    )
    (month,) = result.check
    assert (month.intervals, month.revenue_export_wh, month.check_export_wh) == (
        1,
        10_000,
        9_000_000,
    )
    assert month.over
    assert of(result, "meters-differ").place == "2025-01"
    found = of(result, "gap-check-has-reading")
    assert (found.place, found.count) == ("2025-01-01 01:00", 1)
    assert result.years[0].export_wh == 20_000  # nothing was put in from the check meter


@pytest.mark.parametrize(("check", "over"), [("95", False), ("105", False), ("94.999", True)])
def test_the_two_meter_tolerance_is_the_last_that_passes(
    tmp_path: Path, check: str, over: bool
) -> None:
    text = f"time,meter,out\n2025-01-01 00:00,A,100\n2025-01-01 00:00,B,{check}\n"
    result = measured(
        tmp_path,
        text,
        meter_column="meter",
        meters={"revenue": {"id": "A"}, "check": {"id": "B"}},
        limits={"two_meters": "0.05"},
    )
    assert result.check[0].over is over
    assert ("meters-differ" in codes(result)) is over
