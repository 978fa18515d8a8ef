"""Every way a file can be unreadable: the code, the place, the words. One bad file per test."""

import gzip
from pathlib import Path
from typing import Any

import duckdb
import pytest

from monitoring.meter_files import TWO_DAYS, hours, mapping_text, measured
from openccer.monitoring.errors import ERRORS, MeterFileError
from openccer.monitoring.findings import CATALOGUE
from openccer.monitoring.mapping import read_mapping
from openccer.monitoring.totals import measure

GOOD = hours("2025-01-01", ["1"] * 48)


def refused(directory: Path, content: str | bytes, **changes: Any) -> MeterFileError:
    with pytest.raises(MeterFileError) as caught:
        measured(directory, content, **changes)
    return caught.value


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(mapping_text())
    with pytest.raises(MeterFileError) as caught:
        measure(tmp_path / "nowhere.csv", mapping, TWO_DAYS)
    assert caught.value.code == "file-missing"
    assert "nowhere.csv" in caught.value.place


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(mapping_text())
    with pytest.raises(MeterFileError) as caught:
        measure(tmp_path, mapping, TWO_DAYS)
    assert caught.value.code == "file-unreadable"


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    assert refused(tmp_path, content).code == "file-empty"


@pytest.mark.parametrize("content", ["time,out", "time,out\n", "time,out\n\n\n"])
def test_a_header_without_readings_is_refused(tmp_path: Path, content: str) -> None:
    assert refused(tmp_path, content).code == "header-only"


def test_a_gzip_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    whole = gzip.compress(GOOD.encode(), mtime=0)
    error = refused(tmp_path, whole[:-12], file="meter.csv.gz")
    assert error.code == "file-truncated"


def test_a_gzip_with_a_damaged_byte_is_refused(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(GOOD.encode(), mtime=0))
    whole[-6] ^= 1  # inside the checksum
    assert refused(tmp_path, bytes(whole), file="meter.csv.gz").code == "file-truncated"


def test_a_last_line_that_breaks_off_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD + "2025-01-03 00")
    assert (error.code, error.place) == ("file-truncated", "meter.csv:50")


@pytest.mark.parametrize(("line", "found"), [("2025-01-03 00:00", 1), ("2025-01-03 00:00,1,2", 3)])
def test_a_line_with_other_columns_is_refused(tmp_path: Path, line: str, found: int) -> None:
    text = GOOD.replace("2025-01-01 02:00,1", line)
    error = refused(tmp_path, text)
    assert (error.code, error.place) == ("line-columns", "meter.csv:4")
    assert error.facts == {"found": found, "expected": 2}


def test_an_open_quote_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD + '2025-01-03 00:00,"1\n').code == "line-unreadable"


@pytest.mark.parametrize("content", [b"\x00\x01\x02\xff" * 500, b"PK\x03\x04\x00\x00" * 9])
def test_binary_data_are_refused(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path, content).code == "file-binary"


def test_text_in_another_encoding_is_refused(tmp_path: Path) -> None:
    text = "时间,out\n2025-01-01 00:00,1\n".encode("gb18030")
    assert refused(tmp_path, text).code == "file-encoding"


def test_a_wrong_column_names_those_there_are_and_the_nearest(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD.replace("time,out", "Time,Out_kWh"))
    assert error.code == "columns-missing"
    assert "'Time', 'Out_kWh'" in error.message_en
    assert "≈ 'Time'" in error.message_en


def test_ten_thousand_columns_are_read(tmp_path: Path) -> None:
    names = ["time", *(f"c{n}" for n in range(9_998)), "out"]
    row = ["2025-01-01 00:00", *["x"] * 9_998, "1.5"]
    text = ",".join(names) + "\n" + ",".join(row) + "\n"
    assert measured(tmp_path, text).years[0].export_wh == 1500


def test_of_ten_thousand_columns_twenty_are_named(tmp_path: Path) -> None:
    text = ",".join(f"c{n}" for n in range(10_000)) + "\n" + ",".join(["1"] * 10_000) + "\n"
    error = refused(tmp_path, text)
    assert error.code == "columns-missing"
    assert "'c19', … (+9980)" in error.message_en
    assert len(error.message_en) < 500


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "time,out,out\n2025-01-01 00:00,1,2\n").code == "column-twice"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_wrong_delimiter_is_named(tmp_path: Path, delimiter: str) -> None:
    error = refused(tmp_path, GOOD.replace(",", delimiter))
    assert error.code == "delimiter-wrong"
    assert repr(delimiter) in error.message_en


def test_units_in_the_cells_that_differ_are_refused(tmp_path: Path) -> None:
    text = "time,out\n2025-01-01 00:00,1\n2025-01-01 01:00,12 kWh\n2025-01-01 02:00,1 MWh\n"
    error = refused(tmp_path, text)
    assert error.code == "units-mixed"
    assert error.facts["units"] == "kwh, mwh"
    assert error.place == "meter.csv: line 3, out"


def test_a_time_without_zone_is_refused_with_its_line(tmp_path: Path) -> None:
    offset = {"column": "time", "stands_for": "start", "minutes": 60}
    text = "time,out\n2025-01-01 00:00+08:00,1\n2025-01-01 01:00,1\n"
    error = refused(tmp_path, text, time=offset)
    assert (error.code, error.place) == ("time-without-zone", "meter.csv: line 3, time")


def test_times_nobody_can_read_are_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, "time,out\n1/2/2025 00:00,1\n1/2/2025 01:00,1\n")
    assert error.code == "times-unreadable"
    assert "'1/2/2025 00:00'" in error.message_en


@pytest.mark.parametrize("text", ["12 kWh", '"1,234.5"', "x"])
def test_a_column_of_texts_is_refused(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, hours("2025-01-01", [text] * 3)).code == "numbers-unreadable"


def test_a_meter_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    text = "time,meter,out\n2025-01-01 00:00,A,1\n2025-01-01 00:00,B,1\n"
    error = refused(tmp_path, text, meter_column="meter", meters={"revenue": {"id": "C"}})
    assert error.code == "meter-not-found"
    assert error.facts["found"] == "'A', 'B'"


def parquet(path: Path) -> bytes:
    duckdb.execute(
        f"COPY (SELECT TIMESTAMP '2025-01-01' AS time, 1.5 AS out, true AS flag) TO '{path}'"
        " (FORMAT parquet)"
    )
    return path.read_bytes()


@pytest.mark.parametrize("cut", [1, 8, 200])
def test_a_parquet_file_that_was_cut_off_is_refused(tmp_path: Path, cut: int) -> None:
    content = parquet(tmp_path / "whole.parquet")[:-cut]
    assert refused(tmp_path, content, format="parquet").code == "file-truncated"


def test_a_parquet_file_with_a_broken_footer_is_refused(tmp_path: Path) -> None:
    content = parquet(tmp_path / "whole.parquet")
    broken = content[: len(content) // 2] + b"PAR1"
    assert refused(tmp_path, broken, format="parquet").code == "file-truncated"


def test_a_parquet_file_whose_pages_are_damaged_is_refused(tmp_path: Path) -> None:
    content = bytearray(parquet(tmp_path / "whole.parquet"))
    content[4:40] = b"\xff" * 36
    assert refused(tmp_path, bytes(content), format="parquet").code in ERRORS


def test_csv_called_parquet_and_parquet_called_csv_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD, format="parquet").code == "file-binary"
    assert refused(tmp_path, parquet(tmp_path / "x.parquet")).code == "file-binary"


def test_a_parquet_column_that_is_no_time_is_refused(tmp_path: Path) -> None:
    time = {"column": "flag", "zone": "UTC", "stands_for": "start", "minutes": 60}
    content = parquet(tmp_path / "x.parquet")
    assert refused(tmp_path, content, format="parquet", time=time).code == "column-type"


WRONG_MAPPINGS = [
    ({"colour": "red"}, "colour"),
    ({"format": "xlsx"}, "format"),
    ({"time": {"column": "t", "zone": "Mars/Base", "stands_for": "start", "minutes": 60}}, "zone"),
    ({"time": {"column": "t", "stands_for": "middle", "minutes": 60}}, "stands_for"),
    ({"time": {"column": "t", "stands_for": "start", "minutes": 7}}, "does not divide a day"),
    ({"time": {"column": "t", "stands_for": "start", "minutes": "6O"}}, "time.minutes"),
    ({"energy": {"export": {"column": "a", "unit": "kVA"}}}, "energy.export.unit"),
    ({"energy": {}}, "either export (and import) or net"),
    ({"meter_column": "m"}, "needs its id"),
    ({"meters": {"check": {"id": "x"}}}, "needs meter_column"),
    ({"check_energy": {"net": {"column": "a", "unit": "kWh"}}}, "names no check meter"),
    ({"limits": {"capacity_mw": "0"}}, "above zero"),
    ({"limits": {"two_meters": "5"}}, "is a share"),
    ({"limits": {"capacity_mw": "NaN"}}, "not a finite number"),
    ({"calendar": "offset"}, "a calendar needs a zone"),
    ({"encoding": ""}, "encoding"),
    (
        {
            "meters": {"check": {}},
            "energy": {"export": {"column": "a", "unit": "kWh"}},
            "check_energy": {"export": {"column": "a", "unit": "MWh"}},
        },
        "two units for the column a",
    ),
]


@pytest.mark.parametrize(("changes", "words"), WRONG_MAPPINGS)
def test_a_wrong_mapping_says_what_is_wrong(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(MeterFileError) as caught:
        read_mapping(mapping_text(**changes).encode(), "mapping.yaml")
    assert caught.value.code == "mapping-invalid"
    assert words in caught.value.message_en
    assert caught.value.place.startswith("mapping.yaml:")


def test_a_wrong_mapping_names_the_line() -> None:
    text = mapping_text(limits={"capacity_mw": "much"})
    with pytest.raises(MeterFileError) as caught:
        read_mapping(text.encode(), "m.yaml")
    assert caught.value.place == "m.yaml:5"


def test_a_mapping_that_is_no_yaml_is_refused() -> None:
    with pytest.raises(MeterFileError) as caught:
        read_mapping(b"a: 1\na: 2\n", "m.yaml")
    assert (caught.value.code, caught.value.place) == ("mapping-yaml", "m.yaml:2:1")


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD, encoding="klingon").code == "mapping-invalid"


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_finding_has_both_languages(code: str) -> None:
    kind = CATALOGUE[code]
    for chinese in (kind.message_zh, kind.treatment_zh):
        assert any("一" <= character <= "鿿" for character in chinese)
    assert kind.message_en.isprintable()
    assert kind.treatment_en.isascii()


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_every_error_says_what_and_what_to_do_in_both_languages(code: str) -> None:
    words = ERRORS[code]
    for chinese in (words.what_zh, words.do_zh):
        assert any("一" <= character <= "鿿" for character in chinese)
    assert words.what_en
    assert words.do_en
