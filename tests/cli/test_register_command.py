"""`openccer register`: what other programs rely on, and our own register out and in again."""

import csv
import hashlib
import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from interop.register.made_records import GOOD, as_json, claim, page
from openccer.cli.main import cli
from openccer.interop.register.tables import fields, official_fields

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data" / "ccer_registry"
RECORDS = SHARED / "ccer_records_20260820.csv.gz"
DAYS = SHARED / "ccer_snapshots_20260710_20260724.parquet"
needs_records = pytest.mark.skipif(not RECORDS.is_file(), reason="the shared records are not here")


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, ["register", *map(str, args)])


def answer(*args: object, code: int = 0) -> dict:
    result = run(*args, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.json"
    path.write_text(as_json(GOOD), encoding="utf-8")
    return path


def test_an_import_counts_states_and_gives_anomalies_and_estimates(good: Path) -> None:
    found = answer("import", good, "--on", "2026-08-20")
    assert found["records"] == 4
    assert found["by_state"] == {
        "project.registered": 2,
        "reduction.issued": 1,
        "reduction.registered": 1,
    }
    assert found["anomalies"] == []
    first = found["estimates"][0]
    assert (first["declared_mwh"], first["expected_t"], first["computed_t"], first["agrees"]) == (
        *(900_000, 437_355),
        *(437_355, True),
    )


def test_an_anomaly_has_its_kind_record_and_detail(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(as_json([page(expectMaxNum="437355")]), encoding="utf-8")
    (one,) = [a for a in answer("import", path)["anomalies"] if a["kind"].startswith("total")]
    assert one["record"] == "1_1_1280214863758626816"
    assert "expectMaxNum=437355" in one["detail"]
    assert one["message"]["zh"] != one["message"]["en"]


def test_a_needed_column_that_is_missing_stores_nothing(tmp_path: Path) -> None:
    path, db = tmp_path / "short.json", tmp_path / "kept.db"
    rows = [{k: v for k, v in row.items() if k != "projectName"} for row in GOOD]
    path.write_text(as_json(rows), encoding="utf-8")
    found = answer("import", path, "--db", db, code=2)
    assert found["error"]["kind"] == "missing-columns"
    assert found["error"]["columns"] == ["projectName"]
    assert not db.exists()


def test_the_same_file_twice_is_one_snapshot(good: Path, tmp_path: Path) -> None:
    db = tmp_path / "kept.db"
    first = answer("import", good, "--db", db)["snapshot"]
    again = answer("import", good, "--db", db)["snapshot"]
    assert (first["new"], again["new"]) == (True, False)
    (kept,) = answer("snapshots", "--db", db)["snapshots"]
    assert kept["digest"] == hashlib.sha256(good.read_bytes()).hexdigest() == first["digest"]
    assert (kept["name"], kept["size"]) == ("good.json", good.stat().st_size)


def test_two_days_are_compared_by_file_and_by_kept_digest(good: Path, tmp_path: Path) -> None:
    db, later = tmp_path / "kept.db", tmp_path / "later.json"
    rows = [row if row["_category_code"] != "3-1" else claim(opinionCount="1") for row in GOOD]
    later.write_text(as_json(rows), encoding="utf-8")
    digests = [answer("import", path, "--db", db)["snapshot"]["digest"] for path in (good, later)]
    by_file = answer("diff", good, later)
    by_digest = answer("diff", digests[0][:12], digests[1], "--db", db)
    assert by_file["events"] == by_digest["events"]
    assert by_file["summary"] == {"field-changed": 1}
    assert by_file["events"][0]["field"] == "opinionCount"
    assert "意见数量" in run("diff", good, later).stdout


def test_an_unknown_digest_and_an_absent_file_are_mistyped(good: Path, tmp_path: Path) -> None:
    db = tmp_path / "kept.db"
    answer("import", good, "--db", db)
    assert answer("diff", "0" * 12, good, "--db", db, code=2)["error"]["kind"] == "unknown-snapshot"
    assert run("import", tmp_path / "none.csv").exit_code == 2
    assert run("diff", good, tmp_path / "none.csv").exit_code == 2


def test_a_file_of_something_else_is_mistyped_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear register,\n")
    error = answer("import", path, code=2)["error"]
    assert error["kind"] == "unreadable"
    assert "letter.txt" in error["message"]["zh"]


def test_what_an_import_says_to_people_names_kind_and_meaning(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(as_json([page(latitude="[bold]29°99'")]), encoding="utf-8")
    said = run("import", path).stdout
    assert "coordinate-unreadable" in said
    assert "坐标不可读" in said
    assert "[bold]29°99'" in said


def test_every_kind_is_listed_with_its_clause() -> None:
    listed = answer("kinds")["kinds"]
    one = next(kind for kind in listed if kind["name"] == "verifier-was-validator")
    assert one["cites"] == [{"record": "measures", "locator": "第十八条"}]
    assert "第十八条" in run("kinds").stdout


# --- our own ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """The register of one finished demo, published."""
    folder = tmp_path_factory.mktemp("register")
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    result = CliRunner().invoke(cli, ["demo", "--out", str(folder / "demo"), "--json"])
    assert result.exit_code == 0, result.output
    demo = json.loads(result.stdout)
    answer("publish", "--db", demo["database"], "--out", folder / "out")
    return folder / "out", demo


@pytest.mark.parametrize("name", ["register.json", "register.csv"])
def test_our_own_register_is_imported_without_an_anomaly(
    name: str, published: tuple[Path, dict]
) -> None:
    found = answer("import", published[0] / name)
    assert found["anomalies"] == []
    assert found["by_state"] == {"project.registered": 1, "reduction.issued": 1}
    assert found["columns"]["unknown"] == []


def test_what_is_published_is_what_the_demo_issued(published: tuple[Path, dict]) -> None:
    folder, demo = published
    document = json.loads((folder / "register.json").read_text(encoding="utf-8"))
    reduction = document["records"][1]
    assert reduction["issuedVol"] == str(demo["reduction"])
    by_year = {
        one["regYear"]: int(one["applyVol"]) for one in json.loads(reduction["regAppDetail"])
    }
    assert by_year == {str(year): tonnes for year, tonnes in demo["by_year"].items()}


def test_fields_are_official_ones_and_those_not_kept_are_listed(
    published: tuple[Path, dict],
) -> None:
    folder, _ = published
    with (folder / "register.csv").open(encoding="utf-8", newline="") as stream:
        columns = next(csv.reader(stream))
    document = json.loads((folder / "register.json").read_text(encoding="utf-8"))
    assert set(columns) <= set(fields())
    assert set(document["not_kept"]).isdisjoint(columns)
    assert set(document["not_kept"]) | set(columns) >= set(official_fields())


def test_the_page_speaks_both_languages_without_script(published: tuple[Path, dict]) -> None:
    text = (published[0] / "index.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "自愿减排公开登记簿" in text
    assert "Public register of voluntary reductions" in text
    assert "OW-EXAMPLE-1" in text
    assert "预计年均减排量" in text, "what is not kept is named"


# --- the real register --------------------------------------------------------------------------


@needs_records
@pytest.mark.slow
def test_the_real_records_are_counted_and_their_known_slips_found() -> None:
    """The slips are those found by hand: a total that repeats the mean year, minutes above 60."""
    found = answer("import", RECORDS, "--on", "2026-08-20")
    assert found["records"] == 141
    assert sum(found["by_state"].values()) == 141
    assert found["by_state"]["project.ended"] == 32  # 32 pages 1-1 with the status 终止
    kinds = {(one["kind"], one["apply_id"]) for one in found["anomalies"]}
    assert ("total-not-annual-times-years", "1280203441100165120") in kinds
    assert ("coordinate-impossible", "1280220670839623680") in kinds
    assert ("publicity-not-the-working-days", "1313818298592399360") in kinds
    windows = [one for one in found["anomalies"] if "working-days" in one["kind"]]
    assert len(windows) == 2, "all other windows are twenty working days"


@needs_records
def test_one_day_of_many_is_asked_for_by_name() -> None:
    assert answer("import", f"{DAYS}@2026-07-10")["records"] == 137
    assert answer("import", DAYS)["day"] == "2026-07-24"
    assert answer("import", f"{DAYS}@2026-07-11", code=2)["error"]["kind"] == "unreadable"
    assert answer("diff", DAYS, DAYS, code=2)["error"]["kind"] == "unreadable"
