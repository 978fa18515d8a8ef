"""`openccer policy check` and `policy passage`: what they answer, and with which exit code."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from openccer.cli.main import cli

TEXTS = Path(__file__).resolve().parents[2].parent / "shared" / "law" / "texts"

LAW = "示例规则\n第一条 公示期为二十个工作日。\n第二条 保存材料：\n（一）保存十年；\n（二）备份。\n"
RECORD = """\
---
id: own
title: 示例
description: 公示20个工作日
claims:
  - {field: description, record: example, locator: 第一条, quote: 二十个工作日}
---
"""


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, ["policy", *(str(arg) for arg in args)])


def answer(*args: object, code: int = 0) -> dict:
    result = run(*args, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


@pytest.fixture
def kept(tmp_path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "example.txt").write_text(LAW, encoding="utf-8")
    return folder


@pytest.fixture
def records(tmp_path, kept) -> Path:
    """A record with a claim, and the anchor of the clause it rests on."""
    folder = tmp_path / "records" / "zh"
    folder.mkdir(parents=True)
    (folder / "own.md").write_text(RECORD, encoding="utf-8")
    found = answer("passage", "example", "第一条", "--evidence", kept)
    where = f"start: {found['start']}, end: {found['end']}, sha256: {found['sha256']}"
    (folder.parent / "anchors.yaml").write_text(
        f"texts: {{}}\nanchors:\n  - {{record: example, locator: 第一条, {where}}}\n",
        encoding="utf-8",
    )
    return folder.parent


@pytest.fixture
def real(tmp_path) -> Path:
    if not TEXTS.is_dir():
        pytest.skip(f"the kept texts are absent: {TEXTS}")
    folder = tmp_path / "real"
    shutil.copytree(TEXTS, folder, copy_function=shutil.copyfile)
    folder.chmod(0o755)
    return folder


def test_a_passage_is_shown_with_its_bytes_and_digest(kept):
    found = answer("passage", "example", "第二条（一）", "--evidence", kept)
    assert found["text"] == "（一）保存十年；"
    raw = (kept / "example.txt").read_bytes()
    assert raw[found["start"] : found["end"]].decode() == found["text"]
    said = run("passage", "example", "第二条（一）", "--evidence", kept)
    assert found["text"] in said.stdout
    assert found["sha256"] in said.stdout


def test_a_clause_that_is_not_there_is_exit_1_and_a_text_that_is_not_kept_exit_2(kept):
    missing = answer("passage", "example", "第九条", "--evidence", kept, code=1)
    assert missing["error"]["kind"] == "clause-not-in-text"
    assert "第一条" in missing["error"]["message"]["zh"]
    unknown = answer("passage", "other", "第一条", "--evidence", kept, code=2)
    assert "example" in unknown["error"]["message"]["en"]


def test_claims_of_a_folder_are_held_to_its_own_anchors(records, kept):
    found = answer("check", records, "--evidence", kept)
    assert found["errors"] == 0
    assert found["findings"] == []
    assert found["counts"]["anchors"] == 1
    assert found["counts"]["quotes"] == 1
    assert found["counts"]["numbers"] == 1


def test_a_claim_that_says_more_than_its_clause_is_exit_1_in_both_languages(records, kept):
    record = records / "zh" / "own.md"
    record.write_text(RECORD.replace("公示20个", "公示30个"), encoding="utf-8")
    (finding,) = answer("check", records, "--evidence", kept, code=1)["findings"]
    assert finding["code"] == "number-not-in-clause"
    said = run("check", records, "--evidence", kept)
    assert said.exit_code == 1
    assert finding["message"]["zh"] in said.stdout
    assert finding["message"]["en"] in said.stdout


def test_a_claim_without_an_anchor_is_an_error(records, kept):
    (records / "anchors.yaml").unlink()
    (finding,) = answer("check", records, "--evidence", kept, code=1)["findings"]
    assert finding["code"] == "anchor-missing"


@pytest.mark.parametrize("broken", ["no texts", "texts are a file", "no records", "bad anchors"])
def test_what_cannot_be_read_is_exit_2(broken, records, kept, tmp_path):
    evidence, folder = kept, records
    if broken == "no texts":
        evidence = tmp_path / "absent"
    elif broken == "texts are a file":
        evidence = kept / "example.txt"
    elif broken == "no records":
        folder = kept
    else:
        (records / "anchors.yaml").write_text("texts: {}\n", encoding="utf-8")
    assert answer("check", folder, "--evidence", evidence, code=2)["error"]["kind"] == "unreadable"


def test_without_any_text_of_the_law_nothing_is_proved_and_nothing_is_wrong(kept):
    found = answer("check", "--evidence", kept)
    assert found["counts"]["anchors"] == found["counts"]["numbers"] == 0
    assert found["counts"]["texts_not_kept"] >= 8
    assert {finding["severity"] for finding in found["findings"]} == {"info"}


def test_what_ships_is_proved_by_the_kept_texts(real):
    found = answer("check", "--evidence", real)
    assert found["counts"]["texts_kept"] == 8
    said = run("check", "--evidence", real).stdout
    assert "0 errors" in said


def test_one_digit_changed_in_a_text_is_exit_1(real):
    path = real / "ets-measures-19.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("的5%", "的6%"), encoding="utf-8")
    found = answer("check", "--evidence", real, code=1)
    codes = {finding["code"] for finding in found["findings"]}
    assert {"text-digest-differs", "anchor-moved", "number-not-in-clause"} <= codes
