"""Each test builds a book of one rule and states what the lint says about it."""

from dataclasses import replace
from datetime import date

import pytest

from openccer.kernel.outcome import Citation
from openccer.rulebook.lint import Severity, lint, unasked
from openccer.rulebook.model import Basis, Rule, Rulebook, Title, Version

TODAY = date(2026, 11, 22)
RECORDS = ("measures",)
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
ENDED = replace(VERSION, value=None, cites=(Citation("measures", "第九条"),))
LATER = date(2024, 5, 1)


def book(*versions: Version, id: str = "a.b") -> Rulebook:
    rule = Rule(id=id, title=Title("甲", "a"), unit="x", versions=versions)
    return Rulebook("test", "0" * 64, {id: rule})


def said(*versions: Version, texts=None, today: date = TODAY) -> list[tuple[str, Severity]]:
    return [(f.code, f.severity) for f in lint(book(*versions), today, texts, RECORDS)]


def of(*rules: tuple[str, str]) -> list[tuple[str, Severity]]:
    """What is said of rules with these ids and titles."""
    found = [Rule(id=i, title=Title(t, t), unit="x", versions=(VERSION,)) for i, t in rules]
    whole = Rulebook("test", "0" * 64, {rule.id: rule for rule in found})
    return [(f.code, f.severity) for f in lint(whole, TODAY, None, RECORDS)]


def formed(unit: str, *values: str | tuple[str, ...]) -> list[tuple[str, Severity]]:
    """What is said of a rule of this unit that had these values, one a year."""
    clause = [(Citation("measures", f"第{n}条"),) for n in "一二三四五"]
    versions = tuple(
        replace(VERSION, since=date(2021 + n, 1, 1), value=value, cites=clause[n])
        for n, value in enumerate(values)
    )
    rule = Rule(id="a.b", title=Title("甲", "a"), unit=unit, versions=versions)
    whole = Rulebook("test", "0" * 64, {rule.id: rule})
    return [(f.code, f.severity) for f in lint(whole, TODAY, None, RECORDS)]


def test_a_sound_rule_gives_no_finding():
    assert said(VERSION) == []


def test_a_hole_in_the_history_is_told():
    end = replace(ENDED, since=date(2024, 5, 1))
    again = replace(VERSION, since=date(2026, 8, 15))
    (finding,) = lint(book(VERSION, end, again), TODAY, None, RECORDS)
    assert (finding.code, finding.severity) == ("gap", Severity.INFO)
    assert finding.message.en == "a.b: nothing is in force from 2024-05-01 to 2026-08-14"
    assert finding.message.zh == "a.b：2024-05-01至2026-08-14没有有效的规定"


def test_a_rule_that_ended_for_good_has_no_hole():
    assert said(VERSION, replace(ENDED, since=date(2024, 5, 1))) == []


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
    "locator", ["第十条", "第十条第一款", "4.3", "4.3.3", "4.3.3 末句", "附10"]
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


def test_ids_that_differ_only_in_a_separator_are_an_error():
    assert of(("a.b_c", "甲"), ("a.b-c", "乙")) == [("twin-ids", Severity.ERROR)]
    assert of(("a.b_c", "甲"), ("a.b.c", "乙")) == [("twin-ids", Severity.ERROR)]
    assert of(("a.b_c", "甲"), ("a.bc", "乙")) == []


def test_two_rules_of_one_title_are_told():
    assert of(("a.b", "甲"), ("a.c", "甲")) == [("same-title", Severity.WARNING)]


def test_a_version_that_repeats_the_one_before_is_needless():
    again = replace(VERSION, since=LATER, note="looked at again")
    assert said(VERSION, again) == [("needless-version", Severity.WARNING)]
    assert said(VERSION, replace(again, value="2")) == []
    assert said(VERSION, replace(again, cites=ENDED.cites)) == []
    assert said(VERSION, replace(again, basis=Basis.READING)) == []


@pytest.mark.parametrize(
    ("unit", "values"),
    [
        ("x", ("1", "-0.5", "20")),
        ("x", ("one", "another")),
        ("names", (("a",), ("a", "b"))),
        ("years", (("2019", "2020"), ("2019", "2020", "2021"))),
        ("CNY, least and most", (("1", "2"), ("3", "4"))),
        ("yes or no", ("true", "false")),
        ("date", ("2026-12-31",)),
    ],
)
def test_values_of_one_form_that_fits_the_unit_are_sound(unit, values):
    assert formed(unit, *values) == []


@pytest.mark.parametrize(
    ("unit", "values"),
    [
        ("x", ("1", "one")),
        ("x", ("1", ("1",))),
        ("x", (("1", "2"), ("a", "b"))),
        ("x", ("2026-12-31", "1")),
        ("CNY, least and most", (("1", "2"), ("1", "2", "3"))),
        ("CNY, least and most", ("1",)),
        ("yes or no", ("yes",)),
        ("yes or no", ("1",)),
        ("date", ("31 December",)),
    ],
)
def test_values_that_change_their_form_or_do_not_fit_their_unit_are_an_error(unit, values):
    assert formed(unit, *values) == [("mixed-forms", Severity.ERROR)]


def test_an_end_that_does_not_say_by_what_is_told():
    same_clause = replace(VERSION, since=LATER, value=None)
    no_clause = replace(same_clause, cites=())
    by_the_house = replace(no_clause, basis=Basis.HOUSE, note="no longer of use")
    assert said(VERSION, same_clause) == [("end-without-cause", Severity.WARNING)]
    assert said(VERSION, no_clause) == [("end-without-cause", Severity.WARNING)]
    assert said(VERSION, by_the_house) == []


@pytest.mark.parametrize(
    ("published", "basis", "expected"),
    [
        (date(2021, 2, 2), Basis.LAW, [("published-late", Severity.INFO)]),
        (date(2021, 2, 1), Basis.LAW, []),
        (date(2021, 2, 2), Basis.READING, []),
    ],
)
def test_law_published_after_it_began_is_worth_knowing(published, basis, expected):
    version = replace(VERSION, published=published, basis=basis, note="x")
    assert said(version) == expected


def test_what_one_notice_says_late_is_told_once():
    late = replace(VERSION, published=date(2021, 2, 2))
    rules = [Rule(id=i, title=Title(i, i), unit="x", versions=(late,)) for i in ("a.b", "a.c")]
    whole = Rulebook("test", "0" * 64, {rule.id: rule for rule in rules})
    (finding,) = lint(whole, TODAY, None, RECORDS)
    assert "a.b@2021-02-01 and 1 more: published on 2021-02-02" in finding.message.en
