"""The pages: well-formed, in both languages, self-contained, complete, and the same every time.

The samples are written by hand, with hostile names in every field a stranger can fill.
"""

import re
from dataclasses import replace
from datetime import date

import pytest

from openccer.kernel.outcome import Citation
from openccer.kernel.quantity import Tonnes
from openccer.reports import shown
from openccer.reports.accounting import working_rows
from openccer.reports.model import certified
from openccer.rulebook.load import load_cn
from reports.page_samples import (
    PAGES,
    Page,
    life,
    measured,
    report_page,
    reported,
    sheet,
    surrendered,
    told,
)


@pytest.fixture(scope="module", params=sorted(PAGES))
def page(request: pytest.FixtureRequest) -> tuple[str, str, Page]:
    text = PAGES[request.param]()
    return request.param, text, Page(text)


def test_a_page_is_well_formed(page: tuple[str, str, Page]) -> None:
    _, text, parsed = page
    assert parsed.faults == []
    assert text.startswith("<!DOCTYPE html>")


def test_a_page_is_in_both_languages(page: tuple[str, str, Page]) -> None:
    _, _, parsed = page
    assert parsed.seen[0] == ("html", {"lang": "zh-CN"})
    assert parsed.languages() == {"zh-CN", "en"}
    counts = [sum(a.get("lang") == lang for _, a in parsed.seen) for lang in ("zh-CN", "en")]
    assert abs(counts[0] - 1 - counts[1]) <= 1, "a text without its other language"


def test_a_page_loads_nothing_and_runs_nothing(page: tuple[str, str, Page]) -> None:
    _, text, parsed = page
    tags = {tag for tag, _ in parsed.seen}
    assert not tags & {"script", "link", "iframe", "img", "object", "embed", "base", "form"}
    names = {name for _, attributes in parsed.seen for name in attributes}
    assert not names & {"src", "href", "srcset", "action", "xlink:href"}
    assert not [name for name in names if name.startswith("on")]
    assert "@import" not in text
    assert "url(" not in text


def test_hostile_names_are_only_text(page: tuple[str, str, Page]) -> None:
    name, text, parsed = page
    assert "<script" not in text
    if name != "declared":
        assert "alert(1)" in parsed.text


def test_the_same_input_gives_the_same_bytes(page: tuple[str, str, Page]) -> None:
    name, text, _ = page
    assert PAGES[name]() == text


def test_no_number_stands_with_an_exponent_or_a_missing_fact(page: tuple[str, str, Page]) -> None:
    _, _, parsed = page
    assert not re.search(r"\d[eE][+-]\d", parsed.text)
    assert "None" not in parsed.text


# --- the accounting report ----------------------------------------------------------------------


def test_the_report_shows_every_line_with_value_unit_and_clause() -> None:
    report = reported()
    text = Page(report_page(report, measured())).text
    for line in report.lines:
        assert line.title_zh in text
        assert line.title_en in text
        assert shown.number(line.value) in text
        for cite in line.cites:
            assert isinstance(cite, Citation)
            assert cite.locator in text
        for ref in line.rules:
            assert ref in text.replace(" ", "")
    assert shown.short(report.rulebook) in text
    assert "moved from 2014" in text


def test_an_unconfirmed_reading_makes_an_estimate_and_a_confirmed_one_does_not() -> None:
    report = reported()
    assert "estimate" in Page(report_page(report)).text
    confirmed = frozenset(report.rules)
    sure = Page(report_page(report, confirmed=confirmed)).text
    assert "estimate" not in sure
    assert "confirmed" in sure


def test_a_result_is_known_no_better_than_what_it_is_computed_from() -> None:
    rows = working_rows(reported().lines, load_cn().on(date(2026, 2, 2)))
    basis = {row.line.symbol: row.basis for row in rows}
    assert basis["EG_export,measured"] == "declared"
    assert basis["EG_export"] == "provisional"
    assert basis["EF_CM"] == "reading"
    assert basis["BE"] == basis["ER"] == basis["ER_total"] == "provisional"


def test_a_rule_version_the_book_does_not_have_is_unknown_and_keeps_the_estimate() -> None:
    line = replace(reported().lines[0], rules=("no.such.rule@2025-01-01",))
    report = replace(reported(), lines=(line,), rulebook="e" * 64)
    text = Page(report_page(report)).text
    assert "the rulebook does not have this version" in text
    assert "estimate" in text
    assert "Take care: the labels were taken from a rulebook" in text


# --- data quality -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["report", "quality"])
def test_every_finding_and_every_gap_appears(name: str) -> None:
    text = Page(PAGES[name]()).text
    for found in measured().findings:
        for said in (found.message_zh, found.message_en, found.treatment_zh, found.treatment_en):
            assert " ".join(said.split()) in text
        assert found.code in text
    for missing in measured().gaps:
        assert missing.first_text in text
        assert missing.last_text in text


# --- certificate and life -----------------------------------------------------------------------


def test_the_certificate_names_number_holder_serials_and_how_to_check() -> None:
    text = Page(sheet()).text
    for said in (
        "CERT-demo-050",
        "5,000",
        "OW-EXAMPLE-1.2025.1:000000001",
        "000004000",
        "000005001",
        "2026-10-12",
        "registry #29",
        shown.short("d" * 64),
        "openccer verify --qr TEXT --key registry=KEY",
        "registry.example+00000000+example",
        "python3 tools/verify.py --qr TEXT --key registry=KEY",
        "openccer verify CERT-demo-050.json",
        "offset in the national carbon market",
    ):
        assert said in text


def test_a_certificate_whose_blocks_do_not_count_to_its_tonnes_is_not_made() -> None:
    wrong = replace(surrendered(), tonnes=Tonnes(4_999))
    with pytest.raises(AssertionError, match="do not count"):
        certified(wrong, log="registry", seq=1)


def test_the_life_tells_every_step_every_ground_and_every_holder() -> None:
    text = Page(life()).text
    for step in told():
        assert step.title_zh in text  # type: ignore[attr-defined]
    assert "over-offset-limit" in text
    assert "《碳排放权交易管理办法（试行）》第二十九条" in text
    assert "运行机构自定规则：同一时期只申报一次" in text
    assert "授予角色：主管部门" in text
    assert "OW-EXAMPLE-1.2025.1:000000001 – 000000005" in text
    assert "已注销 cancelled 5 t" in text
    assert "持有 held 3 t" in text
