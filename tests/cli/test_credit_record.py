"""`openccer credit-record`: what programs and people see of sanctions."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from openccer.cli.main import cli
from world import World


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = World.before("bind-owner")
    for step in ("grant-province-desk", "open-inspection", "record-finding"):
        world.do(step)
    for step in ("impose-penalty", "bar-filing", "file-objection"):
        world.do(step)
    world.do("reverse-sanction", sanction="bar-filing")
    path = tmp_path_factory.mktemp("credit") / "openccer.db"
    with sqlite3.connect(path) as copy:
        world.app.store._db.backup(copy)
    return path


def run(db: Path, *args: object) -> Result:
    return CliRunner().invoke(cli, ["credit-record", *map(str, args), "--db", str(db)])


def test_every_sanction_is_told_with_its_law_its_money_and_its_state(db: Path) -> None:
    said = run(db, "example-wind", "--json")
    assert said.exit_code == 0
    (record,) = json.loads(said.stdout)["records"]
    assert (record["kind"], record["name"]) == ("account", "example-wind")
    fine, bar = record["entries"]
    assert fine["clauses"] == [{"record": "measures", "locator": "第四十三条"}]
    assert (fine["sanction"], fine["amount_fen"]) == ("penalty", 5_000_000)
    assert (fine["state"], fine["objection"]) == ("in-force", f"{23:064x}")
    assert (bar["sanction"], bar["until"]) == ("filing-bar", "2029-04-10")
    assert (bar["state"], bar["changed_on"]) == ("reversed", "2026-04-27")


def test_people_see_the_same(db: Path) -> None:
    said = run(db, "example-wind").stdout
    assert "50,000.00" in said
    assert "已撤销 reversed 2026-04-27" in said


def test_a_party_without_sanctions_has_an_empty_record(db: Path) -> None:
    said = run(db, "example-body-a", "--json")
    assert json.loads(said.stdout)["records"][0]["entries"] == []
    assert "no sanction" in run(db, "example-body-a").stdout


def test_who_is_not_in_the_registry_is_mistyped(db: Path) -> None:
    said = run(db, "nobody", "--json")
    assert said.exit_code == 2
    assert json.loads(said.stdout)["error"]["kind"] == "no-such-party"


def test_the_page_is_written(db: Path, tmp_path: Path) -> None:
    page = tmp_path / "record.html"
    assert run(db, "example-wind", "--html", page).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert "信用记录" in text
    assert "<script" not in text
