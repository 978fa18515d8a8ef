"""The policy base from the command line: exit codes and the form of every --json."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from openccer.cli.main import cli
from openccer.policy.load import cn_base
from policy.small_base import HUB, document, needs_hub


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, ["policy", *(str(arg) for arg in args)])


def answer(*args: object, code: int = 0) -> Any:
    result = run(*args, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two records of a small hub."""
    for language, title in (("zh", "甲法"), ("en", "Act A")):
        (tmp_path / "hub" / language).mkdir(parents=True)
        raw = document("a", title, "正文 text", country="Norway", year=2024)
        (tmp_path / "hub" / language / "a.md").write_bytes(raw)
    return tmp_path / "hub"


# --- import -------------------------------------------------------------------------------------


def test_an_import_says_its_counts_and_writes_nothing_unasked(folder: Path) -> None:
    before = sorted(folder.parent.rglob("*"))
    said = answer("import", folder)
    assert (said["records"], said["languages"]) == (1, {"zh": 1, "en": 1})
    assert set(said["audit"]) <= {"error", "warning", "unsupported", "supported"}
    assert said["file"] is None
    assert sorted(folder.parent.rglob("*")) == before


def test_a_base_file_answers_like_the_folder_it_came_from(folder: Path, tmp_path: Path) -> None:
    answer("import", folder, "--to", tmp_path / "base.db")
    for command in (["search", "甲法"], ["show", "a"], ["timeline"], ["graph"], ["score"]):
        from_folder = answer(*command, "--base", folder)
        assert from_folder == answer(*command, "--base", tmp_path / "base.db"), command


def test_shipped_records_can_be_put_into_the_file(folder: Path, tmp_path: Path) -> None:
    said = answer("import", folder, "--shipped", "--to", tmp_path / "base.db")
    assert said["records"] == len(cn_base().ids()) + 1
    assert answer("search", "第31号", "--base", tmp_path / "base.db")["hits"][0]["id"] == "measures"


def test_an_import_for_people_names_what_was_not_read(folder: Path) -> None:
    (folder / "notes.txt").write_text("x")
    (folder / "zh" / "bad.md").write_text("x")
    result = run("import", folder)
    assert result.exit_code == 0
    assert "1 files 个文件: 不是记录 no record" in result.output
    assert "zh/bad.md" in result.output


@pytest.mark.parametrize("name", ["absent", "empty"])
def test_a_folder_without_records_is_mistyped(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    assert answer("import", tmp_path / name, code=2)["error"]["kind"] == "unreadable"


def test_another_file_is_never_overwritten(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    answer("import", folder, "--to", tmp_path / "mine.txt", code=2)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_file_that_is_no_base_is_mistyped(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("x")
    said = answer("search", "x", "--base", tmp_path / "x.db", code=2)
    assert "x.db" in said["error"]["message"]["en"]


@needs_hub
def test_the_hub_is_imported_and_answers(tmp_path: Path) -> None:
    said = answer("import", HUB, "--to", tmp_path / "hub.db")
    assert (said["records"], said["countries"], said["facilities"]) == (130, 66, 1110)
    assert said["problems"] == []
    # The audit was written because this record is wrong about its rank, its day and its cap.
    assert said["audit"]["error"] > 0
    found = answer("compare", "--countries", "Norway", "中国", "--base", tmp_path / "hub.db")
    assert [one["id"] for one in found["en"]["columns"]] == ["Norway", "China"]


# --- search -------------------------------------------------------------------------------------


def test_a_search_gives_id_language_title_snippet_and_score() -> None:
    said = answer("search", "海上风电", "--limit", 3)
    first = said["hits"][0]
    assert (first["id"], first["language"], said["every_word"]) == ("ccer-01-002-v01", "zh", True)
    start, end = first["marks"][0]
    assert first["snippet"][start:end] == "海上风电"
    assert isinstance(first["score"], int)
    assert len(said["hits"]) <= 3


def test_a_search_for_people_shows_title_and_id() -> None:
    result = run("search", "offshore", "wind")
    assert result.exit_code == 0
    assert "ccer-01-002-v01 [en]" in result.output


@pytest.mark.parametrize("question", ["", "😀", "*", '"'])
def test_a_question_without_a_word_is_mistyped_and_says_so(question: str) -> None:
    assert answer("search", question, code=2)["error"]["kind"] == "nothing-asked"


def test_a_very_long_question_is_cut_and_says_so() -> None:
    result = run("search", "核查 " * 2_500)
    assert result.exit_code == 0
    assert "500" in result.stderr


@pytest.mark.parametrize("question", ["NEAR(", "a OR b", "title:x", "[bold]", "--", "-x"])
def test_what_looks_like_a_command_is_only_text(question: str) -> None:
    result = CliRunner().invoke(cli, ["policy", "search", "--", question])
    assert result.exit_code in (0, 2)
    assert "Traceback" not in result.output


# --- show, compare, score -----------------------------------------------------------------------


def test_a_record_is_shown_with_everything_its_file_says() -> None:
    said = answer("show", "measures")
    assert said["languages"]["zh"]["instrument"]["number"] == "生态环境部 市场监管总局令第31号"
    assert said["languages"]["en"]["claims"]


def test_a_record_for_people_has_rank_days_claims_and_clauses() -> None:
    result = run("show", "measures", "--lang", "en")
    assert result.exit_code == 0
    for said in ("departmental rule", "2023-10-20", "claims and their clauses", "第四十三条"):
        assert said in result.output


def test_an_unknown_record_is_mistyped_and_a_near_one_is_named() -> None:
    for command in (["show"], ["compare"], ["timeline"], ["score"]):
        said = answer(*command, "measurs", code=2)
        assert "measures" in said["error"]["message"]["en"]


def test_records_are_compared_with_a_mark_on_what_differs() -> None:
    said = answer("compare", "measures", "ets-measures-19", "--lang", "zh")["zh"]
    rank = next(row for row in said["rows"] if row["field"] == "rank")
    assert rank["cells"] == ["departmental-rule", "departmental-rule"]
    assert rank["other"] == [False, False]
    number = next(row for row in said["rows"] if row["field"] == "number")
    assert number["other"] == [False, True]
    assert "≠" in run("compare", "measures", "ets-measures-19", "--lang", "zh").output


def test_a_score_is_a_fraction_and_a_persons_score_is_apart(folder: Path) -> None:
    said = answer("score", "measures")["records"][0]
    for one in said["dimensions"]:
        assert one["score"] == f"{one['shown']}/{one['of']}"
        assert "score_given_by_a_person" in one
        yes = [criterion for criterion in one["criteria"] if criterion["answer"] == "yes"]
        assert len(yes) == one["shown"]
        assert all(criterion["clauses"] for criterion in yes)
    other = answer("score", "--base", folder)["records"][0]
    assert {one["shown"] for one in other["dimensions"]} == {0}
    assert "未证明 not shown" in run("score", "measures").output


# --- time line, graph, pages --------------------------------------------------------------------


def test_the_time_line_and_the_graph_are_data_words_and_pictures(tmp_path: Path) -> None:
    line = answer("timeline", "measures")["records"][0]
    assert ("2023-10-20", "published") in [(one["on"], one["kind"]) for one in line["events"]]
    edges = answer("graph")["edges"]
    wanted = {"source": "measures", "relation": "follows", "target": "ccer-interim-measures-2012"}
    assert wanted in edges
    assert "2023-10-20" in run("timeline", "measures").output
    assert "ccer-interim-measures-2012" in run("graph").output
    for command in ("timeline", "graph"):
        path = tmp_path / f"{command}.svg"
        assert run(command, "--svg", path, "--lang", "en").exit_code == 0
        assert ET.fromstring(path.read_text(encoding="utf-8")).tag.endswith("svg")


def test_a_picture_that_cannot_be_written_is_trouble(tmp_path: Path) -> None:
    result = run("graph", "--svg", tmp_path / "absent" / "x.svg")
    assert result.exit_code == 3


def test_pages_are_published_once_and_again_but_not_over_others(tmp_path: Path) -> None:
    for _ in range(2):
        said = answer("publish", tmp_path / "pages")
    names = {path.relative_to(tmp_path / "pages").as_posix() for path in _files(tmp_path / "pages")}
    assert set(said["files"]) == names - {".openccer-pages.json"}
    assert {"index.html", "zh/index.html", "en/graph.html", "llms.txt", "index.json"} <= names
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x").write_text("x")
    assert answer("publish", tmp_path / "mine", code=2)["error"]["kind"] == "unreadable"


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_every_command_of_the_base_has_help_and_json() -> None:
    for name in ("import", "search", "show", "compare", "timeline", "graph", "score", "publish"):
        said = re.sub(r"\x1b\[[0-9;]*m", "", run(name, "--help").output)
        assert "--json" in said, name
