"""The calls that other programs rely on: what they answer, where, and with which exit code."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from openccer.cli.main import cli

ROOT = Path(__file__).parents[2]
SHARED = ROOT / ".." / "shared"
CASES = SHARED / "methodologies" / "cases"
VERIFY = ROOT / "tools" / "verify.py"
needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not here")


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args])


def answer(*args: object, code: int = 0) -> dict:
    result = run(*args, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> dict:
    """One run of the main job, shared by the tests that look at what it left."""
    folder = tmp_path_factory.mktemp("demo")
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    return answer("demo", "--out", folder / "out")


# --- rules and periods ----------------------------------------------------------------------------


def test_a_rule_is_shown_with_value_unit_basis_clauses_and_versions():
    shown = answer("rules", "show", "offset.max_share", "--on", "2026-11-22")
    assert (shown["value"], shown["basis"]) == ("0.05", "law")
    assert shown["clauses"][0]["record"] == "ets-measures-19"
    assert shown["clauses"][0]["locator"] == "第二十九条"
    assert shown["versions"][0]["since"] == "2021-02-01"
    assert "obligation" in shown["unit"]


def test_a_day_before_the_law_is_refused_not_guessed():
    shown = answer("rules", "show", "offset.max_share", "--on", "2021-01-31", code=1)
    assert shown["error"]["kind"] == "no-rule-in-force"


def test_an_unknown_rule_is_mistyped_and_near_ones_are_named():
    shown = answer("rules", "show", "offset.max_shar", "--on", "2026-11-22", code=2)
    assert "offset.max_share" in shown["error"]["near"]


@pytest.mark.parametrize("text", ["2026-13-01", "yesterday", "20260101", "2026-1-1"])
def test_a_day_written_otherwise_is_mistyped(text):
    assert run("rules", "show", "offset.max_share", "--on", text).exit_code == 2


def test_the_first_day_of_a_period_is_day_one():
    # A publicity period of the register: 2026-07-17 to 2026-08-13 is twenty working days.
    assert answer("due", "2026-07-17", "--workdays", 20)["due"] == "2026-08-13"
    assert run("due", "2026-07-17", "--workdays", 20).stdout == "2026-08-13\n"


def test_a_period_into_a_year_not_announced_is_refused():
    assert answer("due", "2026-12-20", "--workdays", 40, code=1)["error"]["kind"] == (
        "year-not-announced"
    )


def test_a_period_of_no_days_is_mistyped():
    assert run("due", "2026-07-17", "--workdays", 0).exit_code == 2


def test_the_shipped_rulebook_has_no_error():
    assert answer("rules", "lint")["errors"] == 0


# --- cases ----------------------------------------------------------------------------------------


@needs_cases
def test_every_wind_solar_thermal_and_certificate_case_passes():
    summary = answer("cases", CASES)
    status = {row["id"]: row["status"] for row in summary["results"]}
    mine = [name for name in status if name.startswith(("ow_", "csp_", "cert_", "grid_"))]
    assert len(mine) >= 22
    assert {status[name] for name in mine} == {"passed"}
    assert summary["failed"] == 0
    assert summary["passed"] + summary["unsupported"] == len(summary["results"])


@needs_cases
def test_one_case_shows_its_lines_with_units_and_clauses():
    shown = answer("quantify", CASES / "ow_cgn_shanwei_jiazi1.yaml")
    assert shown["result"]["annual_reduction_t"] == 804_345  # register: 8,043,450 t in ten years
    assert all(line["unit"] and line["clause"] for line in shown["lines"])


@needs_cases
def test_an_unknown_input_key_fails_its_case_alone(tmp_path):
    good = CASES / "ow_cgn_shanwei_jiazi1.yaml"
    shutil.copy(good, tmp_path / "good.yaml")
    case = yaml.safe_load(good.read_text())
    case["id"], case["inputs"]["surprise"] = "bad", 1
    (tmp_path / "bad.yaml").write_text(yaml.safe_dump(case, allow_unicode=True))
    summary = answer("cases", tmp_path, code=1)
    assert (summary["passed"], summary["failed"]) == (1, 1)
    assert "surprise" in json.dumps(summary["results"])


HOSTILE = {
    "empty.yaml": b"",
    "binary.yaml": bytes(range(256)),
    "tag.yaml": b"id: !!python/object/apply:os.system ['true']\n",
    "twice.yaml": b"id: a\nid: b\n",
    "aliases.yaml": b"a: &a [x]\nb: [" + b"*a, " * 1_000_000 + b"*a]\n",
    "list.yaml": b"- 1\n- 2\n",
    "deep.yaml": b"[" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_case_file_is_met_with_a_place_and_advice(tmp_path, name):
    (tmp_path / name).write_bytes(HOSTILE[name])
    shown = answer("quantify", tmp_path / name, code=2)
    assert name in shown["error"]["message"]["en"]


def test_a_missing_file_is_mistyped(tmp_path):
    assert run("quantify", tmp_path / "none.yaml").exit_code == 2
    assert run("verify", tmp_path / "none.json").exit_code == 2
    assert run("cases", tmp_path / "none").exit_code == 2


# --- the main job ---------------------------------------------------------------------------------


def test_the_demo_leaves_report_certificate_and_proof(demo):
    left = set(demo["files"])
    assert {"report.html", "quality.html", "certificate.html", "life.html", "proof.json"} <= left
    assert demo["verified"] is True
    assert demo["reduction"] == sum(demo["by_year"].values()) > 0


def test_the_demo_says_whose_data_it_is_and_that_it_was_moved(demo):
    said = json.dumps(demo["statements"], ensure_ascii=False)
    assert "2014" in said
    assert "ENGIE" in said
    page = (Path(demo["out"]) / "report.html").read_text()
    assert "2014" in page
    assert "ENGIE" in page


def test_the_demo_shows_the_law_refusing(demo):
    codes = {ground["code"] for step in demo["steps"] for ground in step.get("refused", ())}
    assert {
        "publicity-still-open",
        "verifier-was-validator",
        "rule-not-confirmed",
        "price-outside-band",
        "over-offset-limit",
    } <= codes


def test_both_verifiers_accept_the_proof(demo):
    proof = demo["files"]["proof.json"]
    ours = answer("verify", proof)
    alone = subprocess.run(
        [sys.executable, "-I", str(VERIFY), proof, "--json"], capture_output=True, text=True
    )
    assert alone.returncode == 0, alone.stdout + alone.stderr
    assert ours["ok"] is True
    theirs = json.loads(alone.stdout)
    assert [(s["name"], s["ok"]) for s in ours["steps"]] == [
        (s["name"], s["ok"]) for s in theirs["steps"]
    ]


def test_both_verifiers_refuse_a_proof_with_one_changed_digit(demo, tmp_path):
    raw = Path(demo["files"]["proof.json"]).read_bytes()
    changed = raw.replace(b'"tonnes":', b'"tonnes":1', 1)
    (tmp_path / "proof.json").write_bytes(changed)
    assert run("verify", tmp_path / "proof.json").exit_code == 1
    alone = subprocess.run([sys.executable, str(VERIFY), str(tmp_path / "proof.json")])
    assert alone.returncode == 1


def test_a_serial_is_walked_back_to_the_meter_file(demo):
    found = answer("trace", demo["serials"]["first"], "--db", demo["database"])
    assert found["now"] == {"account": "example-power", "bucket": "cancelled"}
    assert found["holders"] == ["example-wind", "example-power"]
    assert found["movements"][0]["from"]["account"] == "issuer"
    assert found["report"]["lines"]
    assert found["digests"]["dataset"] == demo["measurement"]["digests"]["dataset"]
    assert all(rule["confirmed"] or rule["basis"] in ("law", "house") for rule in found["rules"])
    tags = [act["act"] for act in found["acts"]]
    assert tags[0] == "publish-design/2"
    assert tags[-1] == "surrender-credits/1"


def test_trace_finds_the_last_demo_without_being_told(demo):
    assert answer("trace", demo["serials"]["last"])["serial"] == demo["serials"]["last"]


def test_a_serial_nobody_issued_is_refused_and_nonsense_is_mistyped(demo):
    db = ("--db", demo["database"])
    assert run("trace", "OW-EXAMPLE-1.2025.1:999999999", *db).exit_code == 1
    assert run("trace", "hello", *db).exit_code == 2


def test_the_tables_equal_the_log_and_survive_a_rebuild(demo):
    db = ("--db", demo["database"])
    assert answer("log", "check", *db)["ok"] is True
    before = answer("trace", demo["serials"]["first"], *db)
    answer("log", "rebuild", *db)
    assert answer("log", "check", *db)["ok"] is True
    assert answer("trace", demo["serials"]["first"], *db) == before


def test_the_exported_logs_are_accepted_by_the_stand_alone_verifier(demo, tmp_path):
    answer("log", "export", tmp_path / "logs.json", "--db", demo["database"])
    alone = subprocess.run([sys.executable, str(VERIFY), str(tmp_path / "logs.json")])
    assert alone.returncode == 0


def test_a_file_that_is_no_database_is_trouble(tmp_path):
    (tmp_path / "x.db").write_bytes(b"this is no database" * 100)
    assert run("log", "check", "--db", tmp_path / "x.db").exit_code == 3


def test_the_demo_leaves_a_folder_alone_that_is_not_its_own(tmp_path):
    (tmp_path / "letters.txt").write_text("mine")
    assert run("demo", "--out", tmp_path).exit_code == 2
    assert (tmp_path / "letters.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_readings_without_a_mapping_are_mistyped(tmp_path):
    assert run("demo", "--readings", tmp_path / "a.csv").exit_code == 2


# --- acts -----------------------------------------------------------------------------------------


def act_file(folder: Path, **changes: object) -> Path:
    request = {
        "log": "registry",
        "act_id": "cancel-1",
        "actor": "power-desk",
        "day": "2026-10-13",
        "act": {
            "tag": "cancel-credits/1",
            "account": "example-power",
            "instrument": "OW-EXAMPLE-1.2025",
            "tonnes": 1,
            "purpose": "public_good",
            "beneficiary": "everyone",
        },
    }
    path = folder / "act.json"
    path.write_text(json.dumps({**request, **changes}))
    return path


def test_a_preview_answers_and_keeps_nothing(demo, tmp_path):
    db = ("--db", demo["database"])
    sizes = answer("log", "check", *db)["sizes"]
    shown = answer("act", "submit", act_file(tmp_path), "--preview", *db, code=1)
    assert "not-enough-credits" in {ground["code"] for ground in shown["refused"]}
    assert answer("log", "check", *db)["sizes"] == sizes


@pytest.mark.parametrize(
    "changes",
    [
        {"act": {"tag": "no-such-act/1"}},
        {"log": "elsewhere"},
        {"day": "soon"},
        {"extra": 1},
        {"act": {"tag": "cancel-credits/1"}},
        {"actor": "A B"},
    ],
)
def test_an_act_that_cannot_be_read_is_mistyped(demo, tmp_path, changes):
    path = act_file(tmp_path, **changes)
    assert run("act", "submit", path, "--db", demo["database"]).exit_code == 2


def test_every_act_is_listed_with_who_may_ask_it():
    rows = answer("act", "list")["acts"]
    assert {"surrender-credits/1", "place-order/1", "open-log/1"} <= {row["act"] for row in rows}
