"""Anchors: made from texts, written, read back, and fresh for what ships."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from openccer.kernel.outcome import Citation
from openccer.policy.anchors import (
    Anchors,
    cited,
    load_anchors,
    load_own,
    make_anchors,
    read_texts,
    written,
)
from openccer.policy.document import DocumentError
from openccer.policy.load import cn_base
from openccer.rulebook.load import cn_folder, load_cn
from openccer.rulebook.model import rule_ref

CHECKOUT = Path(__file__).resolve().parents[2]
TEXTS = CHECKOUT.parent / "shared" / "law" / "texts"
needs_texts = pytest.mark.skipif(not TEXTS.is_dir(), reason="the kept texts are absent")

TEXT = "第一条 甲。\n第二条 乙。\n".encode()
FIRST, SECOND = Citation("law", "第一条"), Citation("law", "第二条")


def test_an_anchor_is_the_bytes_of_its_clause():
    made = make_anchors([SECOND], {"law": TEXT})
    (anchor,) = made.clauses.values()
    # The first line is 16 bytes: five signs of three, a space, and the end of the line makes 17.
    assert (anchor.start, anchor.end) == (17, 33)
    assert anchor.sha256 == sha256("第二条 乙。".encode()).hexdigest()
    assert made.texts == {"law": sha256(TEXT).hexdigest()}


def test_a_clause_without_a_text_or_not_in_it_has_no_anchor():
    elsewhere, missing = Citation("other", "第一条"), Citation("law", "第九条")
    assert make_anchors([elsewhere, missing], {"law": TEXT}).clauses == {}


def test_what_is_written_is_read_back_and_has_no_text_in_it(tmp_path):
    made = make_anchors([FIRST, SECOND], {"law": TEXT})
    (tmp_path / "anchors.yaml").write_text(written(made), encoding="utf-8")
    assert load_anchors(tmp_path) == made
    assert "甲" not in written(made)


def test_no_anchors_are_written_and_read_too(tmp_path):
    (tmp_path / "anchors.yaml").write_text(written(Anchors()), encoding="utf-8")
    assert load_anchors(tmp_path) == Anchors()


def test_a_folder_without_the_files_pins_nothing(tmp_path):
    assert load_anchors(tmp_path) == Anchors()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("anchors.yaml", "texts: {}\n"),
        ("anchors.yaml", "texts: []\nanchors: []\n"),
        ("anchors.yaml", "texts: {}\nanchors: {}\n"),
        ("anchors.yaml", "texts: {}\nanchors: [{record: law}]\n"),
        (
            "anchors.yaml",
            "texts: {}\nanchors:\n"
            + "- {record: a, locator: b, start: '-1', end: '2', sha256: c}\n",
        ),
        (
            "anchors.yaml",
            "texts: {}\nanchors:\n"
            + "- {record: a, locator: b, start: '1', end: '2', sha256: c}\n" * 2,
        ),
        ("anchors.yaml", "a: *b\n"),
        ("not_literal.yaml", "- {version: a@2020-01-01}\n"),
        ("not_literal.yaml", "- {version: a@2020-01-01, reason: {zh: '', en: because}}\n"),
    ],
)
def test_a_broken_file_is_refused_by_its_name(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=name):
        load_anchors(tmp_path)


def test_own_anchors_go_before_those_that_ship():
    old = make_anchors([FIRST], {"law": b"\n" + TEXT})
    new = make_anchors([FIRST, SECOND], {"law": TEXT})
    assert old.with_own(new) == new


def test_a_folder_without_texts_is_refused(tmp_path):
    with pytest.raises(DocumentError, match="no kept text"):
        read_texts(tmp_path)
    with pytest.raises(DocumentError, match="no such folder"):
        read_texts(tmp_path / "absent")


def test_own_anchors_are_no_record(tmp_path):
    (tmp_path / "anchors.yaml").write_text(written(Anchors()), encoding="utf-8")
    with pytest.raises(DocumentError, match="no policy record"):
        load_own(tmp_path)


def test_every_clause_that_rules_and_claims_cite_is_asked_for():
    found = cited([load_cn()], cn_base())
    assert Citation("ets-measures-19", "第二十九条") in found  # offset.max_share
    claimed = {
        Citation(claim.record, claim.locator)
        for record in cn_base().records.values()
        for claim in record.claims
    }
    assert claimed <= set(found)


@needs_texts
def test_the_shipped_anchors_are_those_of_the_kept_texts():
    call = [sys.executable, "tools/anchors.py", str(TEXTS), "--check"]
    done = subprocess.run(call, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stderr}run tools/anchors.py"


def test_the_shipped_anchors_hold_no_text_of_the_law():
    assert max(map(len, (cn_folder() / "anchors.yaml").read_text().splitlines())) < 220


def test_every_exception_names_a_version_that_is_there():
    versions = {
        rule_ref(rule.id, version.since)
        for rule in load_cn().rules.values()
        for version in rule.versions
    }
    assert set(load_anchors(cn_folder()).not_literal) <= versions
