"""Files of public records: every form gives the same records, and a bad one is refused whole."""

import csv
import gzip
import io
import json
from pathlib import Path

import duckdb
import openpyxl
import pytest

from interop.register.made_records import GOOD, as_json, register_file
from interop.register.made_records import ON as DAY
from openccer.interop.register.check import check_file
from openccer.interop.register.read import (
    ALWAYS,
    NEWEST,
    RegisterFileError,
    named,
    read_content,
    read_register,
)
from openccer.interop.register.tables import fields, names_of_fields
from openccer.rulebook.load import load_cn

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data" / "ccer_registry"
COLUMNS = list(dict.fromkeys(name for row in GOOD for name in row))
ROWS = [{name: row.get(name, "") for name in COLUMNS} for row in GOOD]


def table(names: list[str], rows: list[dict[str, str]] = ROWS) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([row[name] for name in COLUMNS] for row in rows)
    return text.getvalue()


def as_workbook(folder: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["一个标题"])
    book.active.append([fields()[name].zh for name in COLUMNS])
    for row in ROWS:
        book.active.append([row[name] or None for name in COLUMNS])
    book.create_sheet("说明").append(["无关"])
    book.save(folder / "records.xlsx")
    return folder / "records.xlsx"


def as_parquet(folder: Path, rows: list[dict[str, str]]) -> Path:
    (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    path = folder / "records.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (FROM read_json('{folder / 'rows.json'}', columns = {{"
            + ", ".join(f"'{name}': 'VARCHAR'" for name in rows[0])
            + f"}})) TO '{path}' (FORMAT parquet)"
        )
    return path


def forms(folder: Path) -> dict[str, Path]:
    """The good records in every form of file."""
    found = {name: folder / f"{name}.file" for name in ("csv", "gz", "zh", "gbk", "json", "api")}
    found["csv"].write_text(table(COLUMNS), encoding="utf-8-sig", newline="")
    found["gz"].write_bytes(gzip.compress(table(COLUMNS).encode()))
    chinese = table([fields()[name].zh for name in COLUMNS])
    found["zh"].write_text(chinese, encoding="utf-8", newline="")
    found["gbk"].write_bytes(chinese.encode("gb18030"))
    found["json"].write_text(as_json(ROWS), encoding="utf-8")
    found["api"].write_text(json.dumps({"code": 200, "data": {"list": split(ROWS)}}), "utf-8")
    return found | {"xlsx": as_workbook(folder), "parquet": as_parquet(folder, ROWS)}


def split(rows: list[dict[str, str]]) -> list[dict[str, object]]:
    """As the open endpoint has it: a list with few fields, and a detail with the rest."""
    short = {"applyId": "applyId", "applyStatusName": "statusName", "_category_code": "dataType"}
    return [
        {new: row[name] for name, new in short.items()}
        | {"detail": {name: value for name, value in row.items() if name not in short}}
        for row in rows
    ]


@pytest.mark.parametrize("form", ["csv", "gz", "zh", "gbk", "json", "api", "xlsx", "parquet"])
def test_every_form_of_file_gives_the_same_records(form: str, tmp_path: Path) -> None:
    read = read_register(forms(tmp_path)[form])
    assert [dict(sorted(row.items())) for row in read.rows] == [
        dict(sorted(row.items())) for row in ROWS
    ]
    assert not read.unknown


def test_the_dictionary_is_the_official_one(tmp_path: Path) -> None:
    dictionary = SHARED / "field_dictionary.csv"
    if not dictionary.is_file():
        pytest.skip("the shared dictionary is not here")
    with dictionary.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            assert fields()[row["field"]].zh == row["zh"]
            assert names_of_fields()[row["zh"]] == row["field"]


def test_an_unknown_column_is_named_and_left_out() -> None:
    read = read_content("x.csv", table([*COLUMNS[:-1], "surprise"]).encode())
    assert read.unknown == ("surprise",)


@pytest.mark.parametrize("column", ALWAYS)
def test_a_needed_column_that_is_missing_refuses_the_file(column: str) -> None:
    gone = (column, "applyStatus") if column == "applyStatusName" else (column,)
    rows = [{name: value for name, value in row.items() if name not in gone} for row in GOOD]
    with pytest.raises(RegisterFileError) as error:
        read_content("x.json", as_json(rows).encode())
    assert error.value.columns == (column,)
    assert column in error.value.en
    assert column in error.value.zh


ENDPOINT = {
    "code": 0,
    "data": {
        "list": [
            {
                **{"applyId": "1280214863758626816", "projectName": "示例", "dataType": 1},
                **{"projectTypeName": "并网海上风力发电", "statusName": "公示中"},
                "detail": {"publicStartDate": "20240903", "publicEndDate": "20240930"},
            },
            {
                **{"applyId": "1280214863758626999", "projectName": "示例二", "dataType": 2},
                **{"applyStatus": None, "statusName": None},
                "detail": {"methodologyNum": "CCER-01-002-V01", "expectYearNum": 437355},
            },
        ]
    },
}


def test_what_the_endpoint_answers_is_read_with_what_there_is() -> None:
    read = read_content("page.json", json.dumps(ENDPOINT).encode())
    found = check_file(read, load_cn(), DAY)
    assert found.by_state == {"project.published": 1, "project.registered": 1}
    assert {one.kind.name for one in found.anomalies} == {"missing-value"}
    assert read.rows[1]["expectYearNum"] == "437355"


def test_details_beside_the_list_belong_to_their_application() -> None:
    (first, second) = ENDPOINT["data"]["list"]
    beside = {
        "list": [{k: v for k, v in row.items() if k != "detail"} for row in (first, second)],
        "details": [row["detail"] | {"applyId": row["applyId"]} for row in (second, first)],
    }
    read = read_content("page.json", json.dumps(beside).encode())
    assert [row.get("publicEndDate") for row in read.rows] == ["20240930", ""]


def test_a_code_of_the_status_is_enough() -> None:
    rows = [{k: v for k, v in row.items() if k != "applyStatusName"} for row in GOOD]
    found = check_file(read_content("x.json", as_json(rows).encode()), load_cn(), DAY)
    assert found.by_state["project.registered"] == 2
    assert not found.anomalies


def test_what_a_file_says_it_does_not_keep_is_not_missing() -> None:
    rows = [
        {name: value for name, value in row.items() if name != "expectYearNum"}
        | {"_not_kept": "expectYearNum;longitude", "longitude": ""}
        for row in GOOD
    ]
    read = read_content("x.json", as_json(rows).encode())
    assert not check_file(read, load_cn(), DAY).anomalies


def test_a_row_with_more_cells_than_columns_is_an_anomaly() -> None:
    text = table(COLUMNS).rstrip("\r\n") + ",spare\r\n"
    read = read_content("x.csv", text.encode())
    found = check_file(read, load_cn(), DAY)
    assert [(one.kind.name, one.row) for one in found.anomalies] == [("row-has-more-cells", 4)]


BAD = {
    "empty": b"",
    "blank": b" \n ",
    "binary": bytes(range(256)) * 4,
    "no records": b"_category_code,applyId\n",
    "no known column": b"a,b\n1,2\n",
    "twice": b"applyId,applyId\n1,2\n",
    "cut gzip": gzip.compress(b"applyId\n1\n")[:-6],
    "cut parquet": b"PAR1 and no more",
    "no workbook": b"PK\x03\x04 and no more",
    "bad json": b'[{"applyId": 1',
    "deep json": b"[" * 100_000,
    "json of nothing": b'{"a": 1}',
    "json of texts": b'["a"]',
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_file_of_records_is_refused_with_a_reason(name: str) -> None:
    with pytest.raises(RegisterFileError) as error:
        read_content("file", BAD[name])
    assert error.value.zh.startswith("file")
    assert error.value.en.startswith("file ")


def test_of_several_snapshots_the_day_must_be_said(tmp_path: Path) -> None:
    days = ("2026-07-10T19:34:58+08:00", "2026-07-15T14:05:52+08:00", "2026-07-15T23:53:57+08:00")
    rows = [row | {"snapshot_generated_at": day} for day in days for row in ROWS]
    path = as_parquet(tmp_path, rows)
    with pytest.raises(RegisterFileError, match="2026-07-10 to 2026-07-15"):
        read_register(path)
    with pytest.raises(RegisterFileError, match="no snapshot of 2026-07-11"):
        read_register(path, "2026-07-11")
    assert read_register(path, "2026-07-10").day == "2026-07-10"
    last = read_register(path, NEWEST)
    assert {row["snapshot_generated_at"] for row in last.rows} == {days[2]}
    assert len(last.rows) == len(ROWS)


def test_a_file_is_named_with_or_without_a_day() -> None:
    assert named("a.parquet@2026-07-10") == ("a.parquet", "2026-07-10")
    assert named("a@b.csv") == ("a@b.csv", "")


def test_rows_as_they_are_made_and_as_they_are_read_are_checked_alike(tmp_path: Path) -> None:
    read = read_register(forms(tmp_path)["csv"])
    made = register_file(GOOD)
    assert check_file(read, load_cn(), DAY).by_state == check_file(made, load_cn(), DAY).by_state
