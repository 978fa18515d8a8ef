"""Evidence: what ships is proved by the kept texts, and every planted fault is found."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from openccer.kernel.outcome import Citation
from openccer.policy.anchors import (
    Anchors,
    cited,
    load_anchors,
    make_anchors,
    read_texts,
)
from openccer.policy.evidence import EvidenceFinding, examine
from openccer.policy.load import Base, base_of, cn_base, read_record
from openccer.rulebook.lint import Severity
from openccer.rulebook.load import cn_folder, load_cn, load_cn_facts
from openccer.rulebook.model import Basis, Rule, Rulebook, Title, Version
from openccer.rulebook.notes import load_cn_notes

TEXTS = Path(__file__).resolve().parents[2].parent / "shared" / "law" / "texts"

LAW = """\
第一条 公示期为二十个工作日。
第二条 比例不得超过5%，保存十年。
第三条 于2012年11月8日之后开工，每年3月31日前报告，9:30开市。
第四条 当日结算。
"""


@pytest.fixture(scope="module")
def texts() -> dict[str, bytes]:
    if not TEXTS.is_dir():
        pytest.skip(f"the kept texts are absent: {TEXTS}")
    return read_texts(TEXTS)


def unproved(*given: Any) -> list[EvidenceFinding]:
    return list(examine(*given).findings)


def book(value: str | tuple[str, ...], unit: str, *locators: str, basis: str = "law") -> Rulebook:
    version = Version(
        since=date(2024, 1, 1),
        published=None,
        value=value,
        basis=Basis(basis),
        cites=tuple(Citation("law", locator) for locator in locators),
        note="",
        reviewed_on=date(2024, 1, 1),
        reviewed_by="a person",
    )
    rule = Rule(id="a.rule", title=Title("规则", "rule"), unit=unit, versions=(version,))
    return Rulebook("small", "", {"a.rule": rule})


def found_in(rules: Rulebook, base: Base | None = None, text: str = LAW) -> list[EvidenceFinding]:
    base = base or Base({})
    kept = {"law": text.encode()}
    return unproved([rules], base, make_anchors(cited([rules], base), kept), kept)


def codes(findings: list[EvidenceFinding]) -> list[str]:
    return [finding.code for finding in findings]


def claiming(statement: str, *claims: str, language: str = "zh") -> Base:
    lines = "\n".join(f"  - {{field: description, {claim}}}" for claim in claims)
    text = f"---\nid: r\ntitle: T\ndescription: {statement}\nclaims:\n{lines}\n---\n"
    return base_of([read_record(text.encode(), f"{language}/r.md")])


NO_RULES = Rulebook("none", "", {})


# --- numbers of rules ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "locator"),
    [
        ("20", "working days", "第一条"),
        ("0.05", "share of the obligation", "第二条"),
        ("5", "per cent", "第二条"),
        ("10", "years", "第二条"),
        ("2012-11-08", "date, strictly later", "第三条"),
        ("2024-03-31", "date, inclusive", "第三条"),
        (("09:30",), "local time", "第三条"),
    ],
)
def test_a_number_that_stands_in_its_clause_is_proved(value, unit, locator):
    assert found_in(book(value, unit, locator)) == []


@pytest.mark.parametrize(
    ("value", "unit", "locator"),
    [
        ("21", "working days", "第一条"),
        ("20", "years", "第一条"),  # twenty, but of working days
        ("20", "working days", "第二条"),
        ("5", "years", "第二条"),  # 5 % is not five years
        ("10", "share", "第二条"),
        ("0.005", "share", "第二条"),
        ("2012-11-09", "date", "第三条"),
        ("2012-11-08", "date", "第一条"),
        (("09:30", "11:30"), "local time", "第三条"),
        ("2", "working days", "第二条"),  # the number of the article is no value
    ],
)
def test_a_number_that_does_not_stand_in_its_clause_is_an_error(value, unit, locator):
    (finding,) = found_in(book(value, unit, locator))
    assert (finding.code, finding.severity) == ("number-not-in-clause", Severity.ERROR)
    assert finding.where == "a.rule@2024-01-01"
    assert "law 第" in finding.message.en
    assert "law 第" in finding.message.zh


def test_one_of_several_clauses_is_enough():
    assert found_in(book("10", "years", "第一条", "第二条")) == []


@pytest.mark.parametrize("value", ["true", "gross_per_trade", ("CO2", "CH4")])
def test_flags_and_words_need_their_clause_only(value):
    assert found_in(book(value, "names", "第一条")) == []
    assert codes(found_in(book(value, "names", "第九条"))) == ["clause-not-in-text"]


@pytest.mark.parametrize("basis", ["reading", "house"])
def test_what_is_no_law_needs_no_number_but_its_clause(basis):
    assert found_in(book("77", "years", "第一条", basis=basis)) == []
    assert codes(found_in(book("77", "years", "第九条", basis=basis))) == ["clause-not-in-text"]


def test_a_provisional_value_may_cite_a_clause_nobody_has_read():
    assert found_in(book("77", "years", "第九条", basis="provisional")) == []


def test_an_exception_explains_a_number_and_never_a_clause():
    rules, kept = book("0", "trading days", "第四条"), {"law": LAW.encode()}
    because = {"a.rule@2024-01-01": Title("当日", "the same day")}
    anchors = replace(make_anchors(cited([rules]), kept), not_literal=because)
    assert codes(found_in(rules)) == ["number-not-in-clause"]
    assert unproved([rules], Base({}), anchors, kept) == []
    gone = {"law": LAW.replace("第四条", "第五条").encode()}
    assert "clause-not-in-text" in codes(unproved([rules], Base({}), anchors, gone))


def test_an_exception_that_nobody_needs_is_told():
    rules, kept = book("20", "working days", "第一条"), {"law": LAW.encode()}
    because = {"a.rule@2024-01-01": Title("当日", "the same day")}
    anchors = replace(make_anchors(cited([rules]), kept), not_literal=because)
    found = unproved([rules], Base({}), anchors, kept)
    assert codes(found) == ["exception-unused"]


# --- claims -------------------------------------------------------------------------------------


def test_the_numbers_of_a_claimed_field_must_stand_in_a_clause_cited_for_it():
    first, second = "record: law, locator: 第一条", "record: law, locator: 第二条"
    assert found_in(NO_RULES, claiming("公示20个工作日", first)) == []
    assert found_in(NO_RULES, claiming("公示20个工作日，保存10年", first, second)) == []
    (finding,) = found_in(NO_RULES, claiming("公示20个工作日，保存10年", first))
    assert (finding.code, finding.where) == ("number-not-in-clause", "r description (zh)")
    assert "10 does not stand" in finding.message.en


def test_an_english_statement_is_held_to_the_chinese_clause():
    claim = "record: law, locator: 第一条"
    said = "published for twenty working days under article 1"
    assert found_in(NO_RULES, claiming(said, claim, language="en")) == []


def test_years_in_the_names_of_instruments_are_no_statement():
    claim = "record: law, locator: 第一条"
    assert found_in(NO_RULES, claiming("《2024年办法》第9条规定公示20个工作日", claim)) == []


def test_a_field_that_rests_on_a_text_not_kept_is_not_judged():
    both = ("record: law, locator: 第一条", "record: other, locator: 第一条")
    assert codes(found_in(NO_RULES, claiming("公示77天", *both))) == ["text-not-kept"]


def test_a_quote_must_stand_in_its_clause_word_for_word():
    good = "record: law, locator: 第一条, quote: 公示期为二十个工作日"
    assert found_in(NO_RULES, claiming("公示", good)) == []
    changed = good.replace("二十", "三十")
    assert codes(found_in(NO_RULES, claiming("公示", changed))) == ["quote-not-in-clause"]
    elsewhere = good.replace("第一条", "第二条")
    assert codes(found_in(NO_RULES, claiming("公示", elsewhere))) == ["quote-not-in-clause"]


def test_an_instrument_without_a_kept_text_is_told_once_and_is_no_error():
    rules = book("20", "working days", "第一条")
    (finding,) = unproved([rules], Base({}), Anchors(), {"other": b""})
    assert (finding.code, finding.severity) == ("text-not-kept", Severity.INFO)


def test_a_text_that_is_not_utf8_is_an_error_and_no_crash():
    rules = book("20", "working days", "第一条")
    found = unproved([rules], Base({}), Anchors(), {"law": b"\xff\xfe"})
    assert codes(found) == ["text-not-utf8"]


# --- planted faults on copies of the real texts -------------------------------------------------


def shipped(texts: Mapping[str, bytes], anchors: Anchors | None = None) -> list[EvidenceFinding]:
    pinned = anchors or load_anchors(cn_folder())
    books, notes = [load_cn(), load_cn_facts()], load_cn_notes().values()
    return unproved(books, cn_base(), pinned, texts, notes)


def errors(findings: list[EvidenceFinding]) -> set[tuple[str, str]]:
    return {(item.code, item.where) for item in findings if item.severity is Severity.ERROR}


@pytest.fixture(scope="module")
def before(texts) -> list[EvidenceFinding]:
    """What is found in the texts as they are: each planted fault is told apart from it."""
    return shipped(texts)


def changed(texts: Mapping[str, bytes], record: str, old: str, new: str) -> dict[str, bytes]:
    before = texts[record].decode()
    assert before.count(old) == 1, f"{old} stands {before.count(old)} times in {record}"
    return {**texts, record: before.replace(old, new).encode()}


def test_everything_that_ships_is_proved(before):
    told = [finding for finding in before if finding.severity is not Severity.INFO]
    assert told == []


def test_what_ships_is_counted(texts):
    anchors = load_anchors(cn_folder())
    books = [load_cn(), load_cn_facts()]
    counts = examine(books, cn_base(), anchors, texts, load_cn_notes().values()).counts
    assert counts["texts_kept"] == 8  # the files of the folder
    assert counts["anchors"] == len(anchors.clauses) > 90
    assert counts["numbers"] > 60
    assert counts["not_literal"] == len(anchors.not_literal)


def test_one_digit_changed_in_the_offset_limit_is_found_three_times(texts, before):
    wrong = changed(texts, "ets-measures-19", "应清缴碳排放配额的5%", "应清缴碳排放配额的6%")
    found = errors(shipped(wrong)) - errors(before)
    assert ("text-digest-differs", "ets-measures-19") in found
    assert ("number-not-in-clause", "offset.max_share@2021-02-01") in found
    assert "anchor-moved" in {code for code, _ in found}


def test_one_numeral_changed_in_the_publicity_is_found_even_with_new_anchors(texts, before):
    old = "项目设计文件公示期为二十个工作日"
    wrong = changed(texts, "measures", old, old.replace("二十", "三十"))
    books = [load_cn(), load_cn_facts()]
    pinned = replace(
        make_anchors(cited(books, cn_base(), load_cn_notes().values()), wrong),
        not_literal=load_anchors(cn_folder()).not_literal,
    )
    found = errors(shipped(wrong, pinned)) - errors(before)
    assert ("number-not-in-clause", "project.pdd_publicity@2023-10-20") in found
    assert ("text-digest-differs", "measures") in found  # the record names the true one


def test_a_day_changed_is_found(texts, before):
    wrong = changed(texts, "measures", "于2012年11月8日之后", "于2012年11月9日之后")
    found = errors(shipped(wrong)) - errors(before)
    assert ("number-not-in-clause", "project.construction_start_after@2023-10-20") in found


def test_an_article_removed_is_found_and_moves_every_article_after_it(texts):
    lines = texts["measures"].decode().split("\n")
    kept = [line for line in lines if not line.startswith("第二十四条 ")]
    assert len(kept) == len(lines) - 1
    found = shipped({**texts, "measures": "\n".join(kept).encode()})
    missing = {item.cite for item in found if item.code == "clause-not-in-text"}
    moved = {item.cite for item in found if item.code == "anchor-moved"}
    assert "measures 第二十四条" in missing
    assert "measures 第二十八条" in moved
    assert "measures 第十条" not in moved


@pytest.mark.parametrize("field", ["start", "end"])
def test_a_byte_range_moved_by_one_is_found(texts, before, field):
    anchors, cite = load_anchors(cn_folder()), Citation("measures", "第十条")
    anchor = anchors.clauses[cite]
    moved = replace(anchor, **{field: getattr(anchor, field) + 1})
    wrong = replace(anchors, clauses={**anchors.clauses, cite: moved})
    new = set(shipped(texts, wrong)) - set(before)
    assert {(item.code, item.cite) for item in new} == {("anchor-moved", "measures 第十条")}


def test_an_anchor_left_out_and_one_too_many_are_found(texts, before):
    anchors, cite = load_anchors(cn_folder()), Citation("measures", "第十条")
    idle = replace(anchors.clauses[cite], locator="第九十九条")
    clauses = {key: value for key, value in anchors.clauses.items() if key != cite}
    found = shipped(texts, replace(anchors, clauses={**clauses, idle.cite: idle}))
    told = {(item.code, item.cite) for item in set(found) - set(before)}
    assert told == {
        ("anchor-missing", "measures 第十条"),
        ("anchor-unused", "measures 第九十九条"),
    }


def test_a_space_after_the_last_line_is_found_by_the_digest_alone(texts, before):
    found = shipped({**texts, "measures": texts["measures"] + b" "})
    assert errors(found) - errors(before) == {("text-digest-differs", "measures")}
