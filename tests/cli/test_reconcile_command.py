"""`openccer log reconcile` and `log statement`, as two operators hosted apart use them."""

import json
import shutil
from pathlib import Path

import pytest

from cli.test_contract import answer, demo, run  # noqa: F401  (demo is the fixture)


@pytest.fixture
def db(demo, tmp_path):  # noqa: F811
    """A copy of the demo's database and keys that a test may write to."""
    folder = tmp_path / "copy"
    shutil.copytree(Path(demo["database"]).parent, folder)
    return "--db", folder / "openccer.db"


def test_one_database_agrees_with_itself_tonnes_and_cash(db):
    found = answer("log", "reconcile", *db)
    assert found["ok"] is True
    assert found["cash_fen"]["differs"] is False
    assert {line["differs"] for line in found["lines"]} == {False}
    assert "一致" in run("log", "reconcile", *db).stdout


def test_the_exchanges_signed_statement_is_compared_without_its_log(db, tmp_path):
    note = tmp_path / "statement.note"
    key = answer("log", "statement", *db, "--out", note)["key"]
    found = answer("log", "reconcile", *db, "--statement", note, "--key", f"exchange={key}")
    assert found["ok"] is True
    note.write_text(note.read_text().replace("example-wind", "example-mind"))
    shown = answer("log", "reconcile", *db, "--statement", note, "--key", f"exchange={key}", code=2)
    assert shown["error"]["kind"] == "unreadable"


def test_an_account_that_differs_is_blocked_and_unblocked_by_acts_ready_to_submit(db, tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("account,instrument,tonnes\nexample-power,OW-EXAMPLE-1.2025,1\n")
    out = ("--out", tmp_path / "acts", "--actor", "registry-desk")
    found = answer("log", "reconcile", *db, "--statement", wrong, *out, code=1)
    names = {Path(path).name for path in found["files"]}
    assert names == {"reconciliation.json", "block-example-power.json", "block-example-wind.json"}
    block = tmp_path / "acts" / "block-example-power.json"
    assert json.loads(block.read_text())["act"]["reconciliation_digest"] == found["digest"]
    day = json.loads(block.read_text()) | {"day": "2026-10-13"}
    block.write_text(json.dumps(day))
    answer("act", "submit", block, *db)

    again = answer("log", "reconcile", *db, "--out", tmp_path / "later", "--actor", "registry-desk")
    assert [Path(path).name for path in again["files"]] == [
        "reconciliation.json",
        "unblock-example-power.json",
    ]
    end = tmp_path / "later" / "unblock-example-power.json"
    answer("act", "propose", end, "--actor", "registry-desk-2", *db)  # it lets credits move again
    answer("act", "submit", end, *db)
    assert answer("log", "check", *db)["ok"] is True
    answer("bundle", "--log", "--out", tmp_path / "all.json", *db)
    assert answer("verify", tmp_path / "all.json")["ok"] is True
    evidence = json.loads((tmp_path / "all.json").read_text())["evidence"]
    assert found["digest"] in {one["digest"] for one in evidence}


@pytest.mark.parametrize(
    "given",
    [
        ["--out", "acts"],
        ["--actor", "registry-desk"],
        ["--out", "acts", "--actor", "A B"],
        ["--statement", "none.csv"],
        ["--key", "exchange=x"],
        ["--statement", "bad.csv", "--key", "registry=x"],
        ["--statement", "bad.csv"],
    ],
)
def test_what_is_mistyped_is_said(db, tmp_path, monkeypatch, given):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.csv").write_text("account,instrument,tonnes\nexample-wind,oil,1\n")
    shown = answer("log", "reconcile", *db, *given, code=2)
    assert shown["error"]["message"]["zh"]
    assert not (tmp_path / "acts").exists()
