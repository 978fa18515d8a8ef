"""The commands `export` and `import`: files, answers and exit codes, on the demo and on damage."""

import json
import os
import sqlite3
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from interop.exports.made_registries import busy
from openccer.app.acts import RECORDS
from openccer.cli.main import cli
from openccer.interop.exports.cadtrust.model import model
from openccer.store.sqlite import SqliteStore

PROFILE = """\
registry: Registry (example)
links: https://registry.example/projects/{project}
picklists:
  body: [示例审定核查机构甲, 示例审定核查机构乙, body-a, body-b]
projects:
  OW-EXAMPLE-1:
    province: {code: CN-GD, name: Guangdong Sheng}
"""


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args])


def answer(*args: object, code: int = 0) -> dict:
    result = run(*args, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    """The database of the demo."""
    folder = tmp_path_factory.mktemp("demo")
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    assert run("demo", "--out", folder / "out", "--json").exit_code == 0
    return folder / "out" / "openccer.db"


@pytest.fixture
def small(tmp_path) -> Path:
    path = tmp_path / "registry.db"
    busy(path).store.close()
    return path


@pytest.fixture
def profile(tmp_path) -> Path:
    path = tmp_path / "profile.yaml"
    path.write_text(PROFILE, encoding="utf-8")
    return path


def test_the_demo_goes_to_cad_trust_and_comes_back(demo, profile, tmp_path) -> None:
    out = tmp_path / "cadtrust"
    said = answer("export", "cadtrust", "--db", demo, "--out", out, "--profile", profile)
    assert said["withheld"] == []
    assert said["tables"]["unit"] == 2
    units = json.loads((out / "unit.json").read_text())["rows"]
    # README: 5000 t are surrendered, 5348 t were issued.
    assert [(u["body"]["unitStatus"], u["expected"]["unitCount"]) for u in units] == [
        ("Retired", 5000),
        ("Held", 348),
    ]
    back = answer("import", "cadtrust", out, "--profile", profile)
    assert [(b["first"], b["last"], b["bucket"]) for b in back["blocks"]] == [
        (1, 5000, "cancelled"),
        (5001, 5348, "exchange"),
    ]
    assert back["batches"][0]["tonnes"] == 5348


def test_the_workbook_has_a_sheet_for_each_table_and_says_what_the_files_say(
    demo, profile, tmp_path
) -> None:
    out = tmp_path / "cadtrust"
    said = answer("export", "cadtrust", "--db", demo, "--out", out, "--profile", profile)
    book = openpyxl.load_workbook(out / "cadtrust.xlsx")
    assert book.sheetnames == list(said["tables"])
    for table, fields in ((name, model().tables[name].fields) for name in book.sheetnames):
        heads, *rows = book[table].iter_rows(values_only=True)
        assert heads == ("key", *fields)
        written = json.loads((out / f"{table}.json").read_text())["rows"]
        assert [row[0] for row in rows] == [row["key"] for row in written]
        assert rows[0][1] == (written[0]["body"] | written[0]["references"]).get(heads[1])


def test_without_a_profile_what_the_lists_do_not_know_is_withheld_and_said(demo, tmp_path) -> None:
    out = tmp_path / "cadtrust"
    said = answer("export", "cadtrust", "--db", demo, "--out", out, code=1)
    assert {one["table"] for one in said["withheld"]} == {
        "validation",
        "verification",
        "issuance",
        "unit",
    }
    shown = run("export", "cadtrust", "--db", demo, "--out", out)
    assert shown.exit_code == 1
    assert "validationBody" in shown.output
    assert "不在可用值之内" in shown.output
    assert len(json.loads((out / "unmapped.json").read_text())["withheld"]) == 5


def test_the_demo_goes_to_cdop_and_comes_back(demo, profile, tmp_path) -> None:
    out = tmp_path / "cdop"
    said = answer("export", "cdop", "--db", demo, "--out", out, "--profile", profile)
    assert said["documents"]["Unit_Description"] == 2
    assert said["deviations"] == {
        "subdivision-code-is-a-sentence": 1,
        "subdivision-name-is-a-sentence": 1,
        "unit-type-not-listed": 2,
    }
    records = tmp_path / "records.json"
    back = answer("import", "cdop", out, "--out", records)
    assert back["projects"][0]["methodology"] == "CCER-01-002-V01"
    assert json.loads(records.read_text()) == back


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_tables_of_the_demo_pass_their_check(demo, tmp_path, form) -> None:
    out = tmp_path / "tables"
    said = answer("export", "tables", "--db", demo, "--out", out, "--format", form)
    key = f"registry={said['keys']['registry']}"
    with sqlite3.connect(demo) as db:
        moves = db.execute("SELECT count(*) FROM movement").fetchone()[0]
    assert said["rows"]["movements"] == moves
    checked = answer("export", "check", out, "--key", key)
    assert checked["ok"]
    assert checked["tables"] == said["rows"]
    shown = run("export", "check", out)
    assert shown.exit_code == 0
    assert "✓ holdings: 2" in shown.output


def test_damaged_tables_fail_their_check(small, tmp_path) -> None:
    out = tmp_path / "tables"
    answer("export", "tables", "--db", small, "--out", out)
    path = out / "holdings.csv"
    path.write_text(path.read_text().replace("held", "cancelled", 1))
    found = answer("export", "check", out, code=1)
    assert {one["code"] for one in found["wrong"]} == {"digest-differs", "row-differs"}
    shown = run("export", "check", out)
    assert shown.exit_code == 1
    assert "✗ holdings" in shown.output


def test_no_table_of_article_6_is_written_and_each_class_has_its_reason(demo) -> None:
    refused = answer("export", "aef", "--db", demo, code=1)["refused"]
    assert [one["code"] for one in refused] == ["unit-not-authorised"] * 3
    assert [one["facts"]["unit_class"] for one in refused] == ["ccer", "legacy", "pilot"]
    assert all(one["cites"][0]["record"] == "measures" for one in refused)


@pytest.mark.parametrize("command", ["cadtrust", "cdop", "tables"])
def test_a_folder_that_holds_something_else_is_left_alone(small, tmp_path, command) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    said = answer("export", command, "--db", small, "--out", folder, code=2)
    assert said["error"]["kind"] == "folder-in-use"
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("command", ["cadtrust", "cdop", "tables"])
def test_an_export_takes_the_place_of_an_earlier_one(small, tmp_path, command) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        run("export", command, "--db", small, "--out", out)
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    run("export", command, "--db", small, "--out", out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first
    assert not out.with_name("out.partial").exists()


def test_a_database_without_a_registry_is_mistyped(tmp_path) -> None:
    path = tmp_path / "empty.db"
    SqliteStore(path, RECORDS).close()
    for command in ("cadtrust", "cdop", "tables"):
        said = answer("export", command, "--db", path, "--out", tmp_path / "out", code=2)
        assert said["error"]["kind"] == "no-registry"
    assert answer("export", "aef", "--db", path, code=2)["error"]["kind"] == "no-registry"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "text",
    [
        "links: ftp://e.example/{project}",
        "links: https://e.example/",
        "surprise: 1",
        "projects: {OW-1: {province: {code: GD, name: x}}}",
        "picklists: {body: body-a}",
        "[]",
        "a: [",
    ],
)
def test_a_profile_that_cannot_be_read_writes_nothing(small, tmp_path, text) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    out = tmp_path / "out"
    said = answer("export", "cadtrust", "--db", small, "--out", out, "--profile", path, code=2)
    assert said["error"]["kind"] == "unreadable"
    assert "bad.yaml" in said["error"]["message"]["en"]
    assert not out.exists()


def test_an_import_that_is_refused_names_every_ground_and_writes_nothing(
    small, profile, tmp_path
) -> None:
    out, records = tmp_path / "out", tmp_path / "records.json"
    answer("export", "cadtrust", "--db", small, "--out", out, "--profile", profile)
    path = out / "unit.json"
    content = json.loads(path.read_text())
    content["rows"][0]["body"]["unitStatus"] = "Active"
    content["rows"][1]["body"]["unitEndBlock"] = "1"
    path.write_text(json.dumps(content))
    said = answer("import", "cadtrust", out, "--profile", profile, "--out", records, code=2)
    places = {(one["table"], one["field"], one["code"]) for one in said["error"]["grounds"]}
    assert {
        ("unit", "unitStatus", "unknown-value"),
        ("unit", "unitEndBlock", "range-reversed"),
    } <= places
    assert all(one["message"]["zh"] and one["message"]["en"] for one in said["error"]["grounds"])
    assert not records.exists()
    shown = run("import", "cadtrust", out, "--profile", profile)
    assert shown.exit_code == 2
    assert "OW-1.2025.1" in shown.output


def test_a_folder_that_is_not_there_is_mistyped(tmp_path) -> None:
    for command in (("import", "cadtrust"), ("import", "cdop"), ("export", "check")):
        assert answer(*command, tmp_path / "nowhere", code=2)["error"]["kind"] == "unreadable"
