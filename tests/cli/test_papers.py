"""What the registry gives out: files that check alone, and what a wrong request is answered."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cli.test_contract import VERIFY, answer, demo, run  # noqa: F401  (demo is the fixture)
from reports.scan import scan


def alone(*given: object) -> int:
    line = [sys.executable, "-I", str(VERIFY), *map(str, given)]
    return subprocess.run(line, capture_output=True, check=False).returncode


@pytest.fixture
def db(demo) -> tuple[str, str]:  # noqa: F811
    return "--db", demo["database"]


def test_a_certificate_is_written_in_its_forms_and_checks_with_the_key_alone(demo, db, tmp_path):  # noqa: F811
    done = answer("certificate", *db, "--out", tmp_path, "--form", "json,html")
    number = demo["certificate"]["certificate"]
    assert done["certificates"] == [number]
    assert {Path(path).name for path in done["files"]} == {f"{number}.json", f"{number}.html"}
    key = f"registry={done['key']}"
    shown = answer("verify", tmp_path / f"{number}.json", "--key", key)
    assert shown["ok"] is True
    assert shown["steps"][-1]["name"] == "statement"
    assert alone(tmp_path / f"{number}.json", "--key", key) == 0
    text = scan((tmp_path / f"{number}.html").read_text())
    said = answer("verify", "--qr", text, "--key", key)
    assert said["fields"]["number"] == number
    assert alone("--qr", text, "--key", key) == 0
    assert answer("verify", "--qr", text[:-1], "--key", key, code=1)["ok"] is False


def test_the_certificate_of_the_demo_is_such_a_file(demo):  # noqa: F811
    shown = answer("verify", demo["files"]["certificate.json"])
    assert shown["ok"] is True
    assert len(shown["steps"]) == 11


@pytest.mark.parametrize("command", ["serial", "batch"])
def test_a_page_and_its_proof_are_written_side_by_side(demo, db, tmp_path, command):  # noqa: F811
    serial = demo["serials"]["first"]
    name = serial if command == "serial" else serial.partition(":")[0]
    done = answer(command, name, *db, "--out", tmp_path / "pages")
    page, proof = (Path(path) for path in done["files"])
    assert done["found"]["kind"] == command
    assert answer("verify", proof, "--key", f"registry={done['key']}")["ok"] is True
    assert alone(proof) == 0
    said = answer("verify", "--qr", scan(page.read_text()), "--key", f"registry={done['key']}")
    assert said["kind"] == f"openccer-{command}/1"
    assert said["fields"][command] == name


@pytest.mark.parametrize("of", ["serial", "batch", "account", "log"])
def test_a_bundle_of_anything_is_accepted_by_both_checkers(demo, db, tmp_path, of):  # noqa: F811
    serial = demo["serials"]["first"]
    names = {"serial": [serial], "batch": [serial.partition(":")[0]], "account": ["example-power"]}
    done = answer("bundle", f"--{of}", *names.get(of, []), "--out", tmp_path / "b.json", *db)
    assert answer("verify", tmp_path / "b.json", "--key", f"registry={done['key']}")["ok"] is True
    assert alone(tmp_path / "b.json") == 0


def test_a_bundle_of_an_account_shows_every_entry_that_names_it_and_no_other(demo, db, tmp_path):  # noqa: F811
    answer("bundle", "--account", "example-power", "--out", tmp_path / "a.json", *db)
    answer("bundle", "--log", "--out", tmp_path / "all.json", *db)
    logs = {
        name: json.loads((tmp_path / name).read_text())["logs"] for name in ("a.json", "all.json")
    }
    for some, every in zip(logs["a.json"], logs["all.json"], strict=True):
        named = [
            e["seq"] for e in every["entries"] if '"example-power"' in e["entry"] or e["seq"] == 0
        ]
        assert [e["seq"] for e in some["entries"]] == named


@pytest.mark.parametrize(
    ("given", "code", "kind"),
    [
        (["certificate", "CERT-none"], 1, "unknown-certificate"),
        (["certificate", "--form", "docx"], 2, "unknown-form"),
        (["serial", "nonsense"], 2, "not-a-serial"),
        (["serial", "OW-EXAMPLE-1.2025.1:999999999"], 1, "unknown-serial"),
        (["batch", "OW-EXAMPLE-1"], 2, "not-a-batch"),
        (["batch", "OW-EXAMPLE-1.2025.9"], 1, "unknown-serial"),
        (["bundle", "--out", "x.json"], 2, "mistyped"),
        (["bundle", "--out", "x.json", "--log", "--account", "example-power"], 2, "mistyped"),
        (["bundle", "--out", "x.json", "--account", "A B"], 2, "not-an-account"),
        (["bundle", "--out", "x.json", "--account", "nobody"], 1, "unknown-account"),
        (["bundle", "--out", "no/such/folder/x.json", "--log"], 3, "trouble"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(db, tmp_path, monkeypatch, given, code, kind):
    monkeypatch.chdir(tmp_path)
    shown = answer(*given, *db, code=code)
    assert shown["error"]["kind"] == kind
    assert shown["error"]["message"]["zh"]
    assert not list(tmp_path.glob("*.json"))


def test_what_to_verify_is_named_once_and_a_code_needs_a_key(tmp_path):
    assert run("verify").exit_code == 2
    assert run("verify", "a.json", "--qr", "text").exit_code == 2
    assert run("verify", "--qr", "text").exit_code == 2
    assert (
        run("verify", "--qr", "text", "--key", "registry=x", "--key", "registry=y").exit_code == 2
    )
    assert run("verify", "--qr", "text", "--key", "registry=x").exit_code == 2
    assert alone("--qr", "text", "--key", "registry=x") == 2


def test_a_log_signed_before_is_not_signed_by_another_key(demo, db, tmp_path):  # noqa: F811
    shown = answer("bundle", "--log", "--out", tmp_path / "b.json", *db, "--keys", tmp_path, code=3)
    assert "--keys" in shown["error"]["message"]["en"]
    assert not list(tmp_path.iterdir())
    for log in ("registry", "exchange"):
        (tmp_path / f"{log}.seed").write_text("ab" * 32)
    answer("log", "checkpoint", *db, "--keys", tmp_path, code=3)
