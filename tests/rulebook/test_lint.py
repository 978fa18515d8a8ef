"""Each test builds a book of one rule and states what the lint says about it."""

from dataclasses import replace
from datetime import date

import pytest

from openccer.kernel.outcome import Citation
from openccer.rulebook.lint import Severity, lint, unasked
from openccer.rulebook.load import Record
from openccer.rulebook.model import Basis, Rule, Rulebook, Title, Version

TODAY = date(2026, 11, 22)
RECORD = Record(
    id="measures",
    title=Title("办法", "Measures"),
    issuer="x",
    number="",
    made=None,
    published=None,
    in_force_from=None,
    in_force_to=None,
    address="",
    sha256="",
    read="whole",
    note="",
)
RECORDS = {"measures": RECORD}
VERSION = Version(
    since=date(2021, 2, 1),
    published=None,
    value="1",
    basis=Basis.LAW,
    cites=(Citation("measures", "第十条"),),
    note="",
    reviewed_on=TODAY,
    reviewed_by="x",
)


def book(*versions: Version, id: str = "a.b") -> Rulebook:
    rule = Rule(id=id, title=Title("甲", "a"), unit="x", versions=versions)
    return Rulebook("test", "0" * 64, {id: rule})


def said(*versions: Version, texts=None, today: date = TODAY) -> list[tuple[str, Severity]]:
    return [(f.code, f.severity) for f in lint(book(*versions), today, texts, RECORDS)]


def test_a_sound_rule_gives_no_finding():
    assert said(VERSION) == []


def test_a_hole_in_the_history_is_told():
    end = replace(VERSION, since=date(2024, 5, 1), value=None)
    again = replace(VERSION, since=date(2026, 8, 15))
    (finding,) = lint(book(VERSION, end, again), TODAY, None, RECORDS)
    assert (finding.code, finding.severity) == ("gap", Severity.INFO)
    assert finding.message.en == "a.b: nothing is in force from 2024-05-01 to 2026-08-14"
    assert finding.message.zh == "a.b：2024-05-01至2026-08-14没有有效的规定"


def test_a_rule_that_ended_for_good_has_no_hole():
    assert said(VERSION, replace(VERSION, since=date(2024, 5, 1), value=None)) == []


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 21), [("review-in-future", Severity.ERROR)]),
        (date(2026, 11, 22), []),
        (date(2027, 11, 22), []),
        (date(2027, 11, 23), [("review-stale", Severity.WARNING)]),
    ],
)
def test_a_review_is_good_from_its_day_for_a_year(today, expected):
    assert said(VERSION, today=today) == expected


def test_a_citation_of_an_unknown_record_is_an_error():
    version = replace(VERSION, cites=(Citation("rumour", "第十条"),))
    assert said(version) == [("unknown-record", Severity.ERROR)]


@pytest.mark.parametrize("basis", [Basis.PROVISIONAL, Basis.READING, Basis.HOUSE])
def test_a_value_that_is_not_law_must_say_why(basis):
    assert said(replace(VERSION, basis=basis)) == [("no-note", Severity.ERROR)]
    assert said(replace(VERSION, basis=basis, note="why")) == []


@pytest.fixture
def texts(tmp_path):
    lines = ["第九条 参见第十一条。", "第十条 项目", "4.3 审定策划", "4.3.3 审定时限", "附10"]
    (tmp_path / "measures.txt").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "locator", ["第十条", "第十条第二款", "4.3", "4.3.3", "4.3.3 末句", "附10"]
)
def test_a_clause_that_begins_a_line_of_its_text_is_found(texts, locator):
    assert said(replace(VERSION, cites=(Citation("measures", locator),)), texts=texts) == []


@pytest.mark.parametrize("locator", ["第十一条", "第一条", "4", "3.3", "4.3.30", "4.3.4", "附1"])
def test_a_clause_that_begins_no_line_of_its_text_is_an_error(texts, locator):
    version = replace(VERSION, cites=(Citation("measures", locator),))
    assert said(version, texts=texts) == [("clause-not-found", Severity.ERROR)]


def test_a_clause_of_a_record_without_a_text_is_believed(tmp_path):
    assert said(replace(VERSION, cites=(Citation("measures", "第九百条"),)), texts=tmp_path) == []


def test_the_clause_of_a_provisional_value_is_not_looked_for(texts):
    cites = (Citation("measures", "第九百条"),)
    version = replace(VERSION, cites=cites, basis=Basis.PROVISIONAL, note="not read")
    assert said(version, texts=texts) == []


@pytest.mark.parametrize(
    ("code", "codes"),
    [
        ("rules.number('a.b.c')", []),
        ("rules.number(f'a.b.{year}')", []),
        ("rules.number('a.' + name)", []),
        ("rules.number('a.b')", ["never-asked"]),
        ("rules.number('a.b.cd')", ["never-asked"]),
        ("# a.b.c", ["never-asked"]),
    ],
)
def test_a_rule_that_no_code_asks_for_is_a_warning(tmp_path, code, codes):
    (tmp_path / "decide.py").write_text(code)
    assert [f.code for f in unasked(book(VERSION, id="a.b.c"), tmp_path)] == codes
