"""Files of other shapes: a day in a line, NEM12, registers that count on, several files at once."""

import io
import tarfile
import zipfile
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from monitoring.meter_files import (
    SHARED,
    TWO_DAYS,
    codes,
    hours,
    mapping_text,
    measured,
    needs_shared,
    of,
)
from openccer.kernel.calendar import Period
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.model import Measurement
from openccer.monitoring.totals import measure

HALF_HOURS = ["day", *(f"HH{n}" for n in range(1, 49))]
SLOTS = {
    "column": "day",
    "zone": "Asia/Shanghai",
    "stands_for": "start",
    "minutes": 30,
    "slots": "HH1",
}
VALUE = {"export": {"column": "value", "unit": "kWh"}}


def wide(first: list[object], second: list[object]) -> str:
    rows = [["2025-01-01", *first], ["2025-01-02", *second]]
    return "\n".join(",".join(map(str, row)) for row in (HALF_HOURS, *rows)) + "\n"


def test_a_day_in_a_line_is_read_half_hour_by_half_hour(tmp_path: Path) -> None:
    text = wide([1] * 48, [*([2] * 47), ""])
    result = measured(tmp_path, text, time=SLOTS, energy=VALUE)
    (year,) = result.years
    assert year.export_wh == 48_000 + 47 * 2_000
    assert (year.expected_intervals, year.missing_intervals) == (96, 1)
    assert [gap.first_text for gap in result.gaps] == ["2025-01-02 23:30"]
    assert of(result, "reading-blank").place == "line 3"


def test_a_bad_number_in_a_day_names_the_line_of_the_day(tmp_path: Path) -> None:
    with pytest.raises(MeterFileError) as caught:
        measured(tmp_path, wide([1] * 48, ["x"] + [1] * 47), time=SLOTS, energy=VALUE)
    assert (caught.value.code, caught.value.place) == (
        "numbers-unusable",
        "meter.csv: line 3, value",
    )


def test_too_few_columns_for_a_day_are_refused(tmp_path: Path) -> None:
    text = "day,HH1,HH2\n2025-01-01,1,1\n"
    with pytest.raises(MeterFileError) as caught:
        measured(tmp_path, text, time=SLOTS, energy=VALUE)
    assert caught.value.code == "slots-missing"
    assert caught.value.facts == {"column": "HH1", "expected": 48, "found": 2}


def test_a_line_of_slots_whose_day_is_none_is_refused(tmp_path: Path) -> None:
    text = wide([1] * 48, [1] * 48).replace("2025-01-02", "2025-13-02")
    with pytest.raises(MeterFileError) as caught:
        measured(tmp_path, text, time=SLOTS, energy=VALUE)
    assert (caught.value.code, caught.value.place) == ("slots-day", "meter.csv:3")


# --- cumulative registers -------------------------------------------------------------------------


def register(digits: int | None = None, **more: Any) -> dict[str, Any]:
    column = {"column": "out", "unit": "kWh", "counting": "cumulative", **more}
    return {"export": column | ({"digits": digits} if digits else {})}


def levels(first: int, step: int, count: int = 48) -> list[object]:
    return [first + step * n for n in range(count)]


AT_END = {"column": "time", "zone": "Asia/Shanghai", "stands_for": "end", "minutes": 60}


def test_a_register_that_counts_on_is_read_by_its_differences(tmp_path: Path) -> None:
    # 49 levels stand for 48 hours: the level of a time is where the hour before it ended.
    text = hours("2025-01-01", levels(1_000, 3, 49))
    result = measured(tmp_path, text, energy=register(), time=AT_END)
    assert result.years[0].export_wh == 48 * 3_000
    assert result.gaps == ()
    assert codes(result) == []


def test_a_level_at_the_start_belongs_to_the_interval_after_it(tmp_path: Path) -> None:
    result = measured(tmp_path, hours("2025-01-01", levels(0, 2, 49)), energy=register())
    assert result.years[0].export_wh == 48 * 2_000


def test_a_register_that_rolls_over_is_corrected_by_its_stated_digits(tmp_path: Path) -> None:
    # Four digits: 9,980 kWh and then 10,040 kWh, which shows 40. In all 48 hours of 20 kWh.
    values = [(9_800 + 20 * n) % 10_000 for n in range(49)]
    result = measured(tmp_path, hours("2025-01-01", values), energy=register(4), time=AT_END)
    assert result.years[0].export_wh == 48 * 20_000
    found = of(result, "register-rollover")
    assert (found.severity, found.count, found.place) == ("info", 1, "line 12")
    assert found.facts["scale_wh"] == 10_000_000


def test_a_register_that_falls_without_stated_digits_is_a_finding(tmp_path: Path) -> None:
    values = [(9_800 + 20 * n) % 10_000 for n in range(49)]
    result = measured(tmp_path, hours("2025-01-01", values), energy=register(), time=AT_END)
    assert result.years[0].export_wh == 47 * 20_000
    assert result.years[0].missing_intervals == 1
    found = of(result, "register-fell")
    assert (found.severity, found.place) == ("error", "line 12")
    assert (found.facts["before_wh"], found.facts["after_wh"]) == (9_980_000, 0)


def test_an_exchanged_meter_is_no_roll_over(tmp_path: Path) -> None:
    values = [*levels(5_000, 10, 24), *levels(3, 10, 25)]
    result = measured(tmp_path, hours("2025-01-01", values), energy=register(6), time=AT_END)
    assert of(result, "register-fell").count == 1
    assert result.years[0].export_wh == 47 * 10_000


def test_what_a_register_did_in_a_pause_is_not_divided(tmp_path: Path) -> None:
    lines = hours("2025-01-01", levels(0, 1, 49)).splitlines(keepends=True)
    result = measured(tmp_path, "".join(lines[:10] + lines[14:]), energy=register(), time=AT_END)
    assert result.years[0].export_wh == (48 - 5) * 1_000
    assert result.years[0].missing_intervals == 5
    assert of(result, "register-far").count == 1


def test_a_difference_above_capacity_is_refused(tmp_path: Path) -> None:
    values = [*levels(0, 1, 24), *levels(50_000, 1, 25)]
    limits = {"capacity_mw": "1"}
    result = measured(
        tmp_path, hours("2025-01-01", values), energy=register(), time=AT_END, limits=limits
    )
    assert of(result, "above-capacity").count == 1
    assert result.years[0].missing_intervals == 1


def test_two_levels_at_one_time_are_refused(tmp_path: Path) -> None:
    text = hours("2025-01-01", levels(0, 1, 49)) + "2025-01-01 05:00,77\n"
    result = measured(tmp_path, text, energy=register(), time=AT_END)
    assert of(result, "register-conflict").count == 2  # before it and after it
    assert result.years[0].missing_intervals == 2


# --- several files --------------------------------------------------------------------------------


def measured_files(directory: Path, texts: dict[str, str], **changes: Any) -> Measurement:
    mapping = directory / "mapping.yaml"
    mapping.write_text(mapping_text(**changes))
    paths = []
    for name, text in texts.items():
        (directory / name).write_text(text)
        paths.append(directory / name)
    return measure(paths, mapping, TWO_DAYS, defects=False)


ONE, TWO = hours("2025-01-01", ["1"] * 24), hours("2025-01-02", ["2"] * 24)


def test_several_files_are_one_measurement_in_any_order(tmp_path: Path) -> None:
    first = measured_files(tmp_path, {"a.csv": ONE, "b.csv": TWO})
    second = measured_files(tmp_path, {"b.csv": TWO, "a.csv": ONE})
    assert first == second
    assert first.years[0].export_wh == 24_000 + 48_000
    assert (first.rows, first.gaps, codes(first)) == (48, (), [])
    digests = sorted(sha256(text.encode()).hexdigest() for text in (ONE, TWO))
    assert [digest for _, digest in first.files] == digests
    assert first.dataset == sha256("\n".join(digests).encode()).hexdigest()


def test_files_that_overlap_and_agree_count_once(tmp_path: Path) -> None:
    later = hours("2025-01-01", ["1"] * 24 + ["2"] * 24)
    result = measured_files(tmp_path, {"a.csv": ONE, "b.csv": later})
    assert result.years[0].export_wh == 24_000 + 48_000
    found = of(result, "overlap-same")
    assert (found.severity, found.count) == ("info", 24)


def test_files_that_disagree_name_both_lines(tmp_path: Path) -> None:
    later = hours("2025-01-01", ["1"] * 23 + ["7"] + ["2"] * 24)
    result = measured_files(tmp_path, {"a.csv": ONE, "b.csv": later})
    assert result.years[0].export_wh == 24_000 + 48_000  # the lower export, as in one file
    found = of(result, "overlap-conflict")
    assert (found.severity, found.count) == ("error", 1)
    assert set(found.place.split(", ")) == {"a.csv: line 25", "b.csv: line 25"}
    assert sorted(str(found.facts["values"]).split(", ")) == ["1000", "7000"]
    assert "第 25 行" in found.message_zh


def test_a_file_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MeterFileError) as caught:
        measured_files(tmp_path, {"a.csv": ONE, "copy.csv": ONE})
    assert caught.value.code == "file-twice"


def test_a_bad_line_of_the_second_file_is_named_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(MeterFileError) as caught:
        measured_files(tmp_path, {"a.csv": ONE, "b.csv": TWO.replace("05:00,2", "05:00,two")})
    assert caught.value.place == "b.csv: line 7, out"


# --- NEM12 ----------------------------------------------------------------------------------------

BRISBANE = {"zone": "Australia/Brisbane", "stands_for": "start", "column": "time"}


def nem12(
    directory: Path, text: str, minutes: int, unit: str = "kWh", **changes: Any
) -> Measurement:
    keys: dict[str, Any] = {
        "format": "nem12",
        "time": BRISBANE | {"minutes": minutes},
        "energy": {
            "import": {"column": "E1", "unit": unit},
            "export": {"column": "B1", "unit": unit},
        },
        "calendar": "Australia/Brisbane",
    }
    return measured(directory, text, file="meter.csv", **(keys | changes))


def nem_text(*records: str) -> str:
    return "\n".join(("100,NEM12,202501030000,MDP,RET", *records, "900")) + "\n"


def nem_day(day: str, value: str, flag: str = "A") -> str:
    return f"300,{day},{','.join([value] * 48)},{flag},,,20250103000000,"


B1, E1 = "200,NMI1,B1E1,B1,B1,N1,METER,kWh,30,", "200,NMI1,B1E1,E1,E1,N1,METER,kWh,30,"


def test_both_registers_of_a_nem12_meter_are_put_together(tmp_path: Path) -> None:
    text = nem_text(
        B1, nem_day("20250101", "1"), nem_day("20250102", "2"),
        E1, nem_day("20250101", ".5"), nem_day("20250102", "0"),
    )  # fmt: skip
    text = text.replace(".5", "0.5")
    result = nem12(tmp_path, text, 30)
    (year,) = result.years
    assert (year.export_wh, year.import_wh) == (48 * 3_000, 48 * 500)
    assert codes(result) == []


def test_substituted_values_are_not_metered(tmp_path: Path) -> None:
    varied = [nem_day("20250101", "1", "V"), "400,1,20,A,,", "400,21,48,F14,76,"]
    text = nem_text(B1, *varied, nem_day("20250102", "1"))
    only = {"export": {"column": "B1", "unit": "kWh"}}
    result = nem12(tmp_path, text, 30, energy=only)
    assert result.years[0].export_wh == (20 + 48) * 1_000
    found = of(result, "quality-flag")
    assert (found.count, found.facts["flag"], found.place) == (28, "F", "line 3")
    accepted = nem12(tmp_path, text, 30, energy=only, quality=["A", "F"])
    assert accepted.years[0].export_wh == 96_000


@pytest.mark.parametrize(
    ("records", "code", "place"),
    [
        ((B1.replace("kWh", "MWh"), nem_day("20250101", "1")), "unit-changes", "meter.csv:2"),
        ((B1.replace(",30,", ",15,"), nem_day("20250101", "1")), "nem12-record", "meter.csv:2"),
        ((B1, "300,20250101,1,2,3,A,,,,"), "nem12-record", "meter.csv:3"),
        ((B1, nem_day("20251301", "1")), "nem12-record", "meter.csv:3"),
        ((nem_day("20250101", "1"),), "nem12-record", "meter.csv:2"),
        ((B1, nem_day("20250101", "1"), "400,1,96,A,,"), "nem12-record", "meter.csv:4"),
        ((B1, nem_day("20250101", "1"), "666,x"), "nem12-record", "meter.csv:4"),
    ],
)
def test_a_wrong_nem12_record_is_refused(
    tmp_path: Path, records: tuple[str, ...], code: str, place: str
) -> None:
    with pytest.raises(MeterFileError) as caught:
        nem12(tmp_path, nem_text(*records), 30)
    assert (caught.value.code, caught.value.place) == (code, place)


def test_a_nem12_file_without_its_end_is_cut_off(tmp_path: Path) -> None:
    text = nem_text(B1, nem_day("20250101", "1")).replace("900\n", "")
    with pytest.raises(MeterFileError) as caught:
        nem12(tmp_path, text, 30)
    assert caught.value.code == "file-truncated"


def examples() -> tarfile.TarFile:
    return tarfile.open(SHARED / "meters_nem12" / "nem12_examples.tar.gz")


def example(name: str) -> bytes:
    with examples() as archive:
        member = archive.extractfile(f"examples/{name}")
        assert member is not None
        return member.read()


@needs_shared
def test_the_solar_month_of_a_real_nem12_file_sums_as_its_lines_do(tmp_path: Path) -> None:
    content = example("unzipped/Example_NEM12_month_solar.csv").decode()
    sums, suffix, flagged = {"B1": Decimal(0), "E1": Decimal(0)}, "", 0
    for line in content.splitlines():
        cells = line.split(",")
        if cells[0] == "200":
            suffix = cells[4]
        if cells[0] == "300" and suffix in sums:
            sums[suffix] += sum(map(Decimal, cells[2:290]))
            flagged += cells[290][:1] != "A"
    assert flagged == 0
    (tmp_path / "m.csv").write_text(content)
    (tmp_path / "m.yaml").write_text(
        mapping_text(
            format="nem12",
            time=BRISBANE | {"minutes": 5},
            energy={
                "export": {"column": "B1", "unit": "kWh"},
                "import": {"column": "E1", "unit": "kWh"},
            },
            calendar="Australia/Brisbane",
        )
    )
    march = Period(date(2023, 3, 1), date(2023, 3, 31))
    (year,) = measure(tmp_path / "m.csv", tmp_path / "m.yaml", march).years
    assert (year.export_wh, year.import_wh) == (sums["B1"] * 1000, sums["E1"] * 1000)


@needs_shared
def test_every_deliberately_invalid_nem12_file_is_refused_with_its_line(tmp_path: Path) -> None:
    with examples() as archive:
        names = [n for n in archive.getnames() if "/invalid/" in n and n.endswith(".csv")]
    assert len(names) == 10  # as many as the archive holds
    for name in names:
        with pytest.raises(MeterFileError) as caught:
            nem12(tmp_path, example(name.removeprefix("examples/")).decode(), 30)
        assert "meter.csv" in caught.value.place, name


def outcome(directory: Path, text: str) -> str:
    """Empty where the file was measured, else where it was refused."""
    try:
        nem12(directory, text, 30, energy={"export": {"column": "E1", "unit": "kWh"}})
    except MeterFileError as error:
        return error.place
    return ""


@needs_shared
@pytest.mark.slow
def test_every_real_nem12_and_nem13_file_is_measured_or_refused(tmp_path: Path) -> None:
    with examples() as archive:
        names = [n for n in archive.getnames() if n.lower().endswith(".zip")]
    outcomes = []
    for name in names:
        packed = zipfile.ZipFile(io.BytesIO(example(name.removeprefix("examples/"))))
        text = packed.read(packed.namelist()[0]).decode("latin-1")
        outcomes.append(outcome(tmp_path, text))
    assert all(place == "" or place.startswith("meter.csv") for place in outcomes)
    assert outcomes.count("") > 20  # half-hour files with E1 in kWh are the most common there
