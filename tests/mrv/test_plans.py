"""Monitoring plans: strict to read, the numbers of the law taken from the rulebook, never twice.

Expected values are those of sections 7.2 and 7.3 of CCER-01-001-V01 and CCER-01-002-V01.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from openccer.kernel.outcome import Refused
from openccer.mrv.catalogue import PUBLISHED, UNREAD, find, sheet
from openccer.mrv.methodologies import ccer_01_001_v01, ccer_01_002_v01
from openccer.mrv.plans.load import Aspect, PlanError, Source, filled, plans, read_plan
from openccer.mrv.sheet import Known
from openccer.mrv.sheets import SHEETS
from openccer.mrv.working import TITLES
from openccer.policy.load import cn_instruments
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Rulebook

DAY = date(2026, 2, 2)
OFFICIAL = (ccer_01_001_v01.CODE, ccer_01_002_v01.CODE)

ONE = """
code: X-1
title: {zh: 一, en: one}
note: {zh: 说明, en: note}
boundary:
  said: {zh: 边界, en: boundary}
  cites: [{record: measures, locator: 第八条}]
parameters:
  - symbol: Q
    source: stated
    parameter: {zh: 量, en: quantity}
    unit: t
    frequency: {zh: "每 {rule:methodology.w_om} 年", en: "every {rule:methodology.w_om} years"}
    accuracy: "1.5"
    cites: [{record: measures, locator: 第八条}]
duties:
  - id: keep
    said: {zh: 保存, en: keep}
    cites: [{record: measures, locator: 第八条}]
"""


def written(folder: Path, text: str = ONE) -> Path:
    path = folder / "x.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def book_with(rule: str, value: str) -> Rulebook:
    """The shipped book with another value in one rule."""
    book = load_cn()
    versions = tuple(replace(one, value=value) for one in book.rules[rule].versions)
    return replace(book, rules={**book.rules, rule: replace(book.rules[rule], versions=versions)})


# --- what ships ---------------------------------------------------------------------------------


@pytest.mark.parametrize("code", OFFICIAL)
def test_a_methodology_that_runs_has_its_plan(code: str) -> None:
    assert plans()[code].code == code


@pytest.mark.parametrize("code", OFFICIAL)
def test_the_plan_asks_what_section_seven_asks(code: str) -> None:
    plan = filled(plans()[code], load_cn().on(DAY))
    by_symbol = {one.symbol: one for one in plan.parameters}
    for symbol in ("EG_export", "EG_import"):
        meter = by_symbol[symbol]
        assert meter.accuracy == Decimal("0.5")  # table of 7.2: class 0.5 or better
        calibration = meter.asked[Aspect.CALIBRATION]
        assert "每年校准 1 次" in calibration.zh  # 7.3.2: every year
        assert "30 天内" in calibration.zh  # 7.3.2: within 30 days of a fault
        assert "within 30 days" in calibration.en
        assert "CNAS" in calibration.en
        assert "CMA" in calibration.en
    retention = next(duty for duty in plan.duties if duty.id == "retention")
    assert "10 年" in retention.said.zh  # 7.3.3.1: ten years after the last registration
    assert "10 years" in retention.said.en


def test_only_the_solar_thermal_plan_measures_fuel() -> None:
    solar, wind = (plans()[code] for code in OFFICIAL)
    fuel = next(one for one in solar.parameters if one.symbol == "FC")
    assert fuel.accuracy == Decimal("2.0")  # table of 7.2: class 2.0 or better
    assert "FC" not in {one.symbol for one in wind.parameters}


@pytest.mark.parametrize("code", OFFICIAL)
def test_every_clause_of_a_plan_is_of_an_instrument_we_know(code: str) -> None:
    plan = plans()[code]
    parts = (*plan.parameters, *plan.duties)
    records = {cite.record for part in parts for cite in part.cites}
    assert records == {code.lower()}
    assert records <= set(cn_instruments())


@pytest.mark.parametrize("code", OFFICIAL)
def test_every_line_a_plan_names_is_a_line_of_working(code: str) -> None:
    assert {one.line for one in plans()[code].parameters} <= set(TITLES)


@pytest.mark.parametrize("code", sorted(plans()))
def test_every_plan_can_be_filled_in_and_leaves_no_placeholder(code: str) -> None:
    plan = filled(plans()[code], load_cn().on(DAY))
    said = [text for one in plan.parameters for text in one.asked.values()]
    said += [duty.said for duty in plan.duties]
    assert not [text for text in said if "{" in text.zh + text.en]
    assert all(len(one.ruled) == len(one.rules) for one in (*plan.parameters, *plan.duties))


# --- of methods whose text was not read ---------------------------------------------------------

CODES = tuple(one.code for one in PUBLISHED) + tuple(one.code for one in SHEETS)
NOT_READ = sorted(set(plans()) - set(OFFICIAL))


@pytest.mark.parametrize("code", sorted(set(CODES)))
def test_every_method_has_a_plan_or_its_text_is_named_as_missing(code: str) -> None:
    if code in UNREAD:
        assert code not in plans()
        refusal = find(code)
        assert isinstance(refusal, Refused)
        assert code in str(refusal.reasons[0].facts["missing_text"])
    else:
        assert plans()[code].parameters


def test_no_plan_is_of_a_method_nobody_lists() -> None:
    assert set(plans()) <= set(CODES)


@pytest.mark.parametrize("code", NOT_READ)
def test_a_part_not_read_in_a_text_says_how_it_is_known(code: str) -> None:
    for one in (*plans()[code].parameters, *plans()[code].duties):
        assert one.known is Known.READ or one.basis
        assert one.cites or one.basis


@pytest.mark.parametrize("code", sorted(set(NOT_READ) - {"CO2-PILOT-1"}))
def test_what_nobody_knows_is_named_and_not_left_out(code: str) -> None:
    for one in plans()[code].parameters:
        if one.source is not Source.RULEBOOK:
            assert {*one.asked, *one.unknown} == set(Aspect), one.symbol


@pytest.mark.parametrize("code", NOT_READ)
def test_a_symbol_of_a_plan_is_one_of_its_sheet_or_a_plain_word(code: str) -> None:
    of_sheet = sheet(code)
    assert of_sheet is not None
    for one in plans()[code].parameters:
        assert of_sheet.symbol(one.symbol) or one.symbol.replace("_", "").islower(), one.symbol


@pytest.mark.parametrize("code", sorted(CODES))
def test_what_only_the_missing_text_states_is_unsure_in_the_plan(code: str) -> None:
    of_sheet, plan = sheet(code), plans().get(code)
    for one in plan.parameters if plan and of_sheet else ():
        if one.symbol in of_sheet.unread and one.source is Source.STATED:
            assert one.known is not Known.READ or not one.asked, one.symbol


def test_a_plan_like_another_has_its_parameters_and_its_own() -> None:
    other, own = plans()["CCER-10-002-V01"], plans()["CCER-10-003-V01"]
    assert own.parameters[: len(other.parameters)] == other.parameters
    assert "wells" in {one.symbol for one in own.parameters}


# --- rules are filled in, not repeated ----------------------------------------------------------


def test_a_changed_rule_changes_the_plan() -> None:
    book = book_with("methodology.csp_wind.meter_fault_recalibration", "45")
    plan = filled(plans()[OFFICIAL[1]], book.on(DAY))
    assert "45 天内" in plan.parameters[0].asked[Aspect.CALIBRATION].zh


def test_a_plan_names_the_rules_of_its_sentences(tmp_path: Path) -> None:
    plan = filled(read_plan(written(tmp_path)), load_cn().on(DAY))
    (one,) = plan.parameters
    assert one.asked[Aspect.FREQUENCY].en == "every 0.5 years"
    assert [rule.ref for rule in one.ruled] == ["methodology.w_om@2023-10-24"]
    assert (one.source, one.accuracy, one.line) == (Source.STATED, Decimal("1.5"), "Q")


def test_before_its_rules_were_in_force_there_is_no_plan() -> None:
    with pytest.raises(PlanError, match=r"CCER-01-002-V01.*2023-10-23.*later day"):
        filled(plans()[OFFICIAL[1]], load_cn().on(date(2023, 10, 23)))


# --- strict -------------------------------------------------------------------------------------

CITES = "cites: [{record: measures, locator: 第八条}]"
RULE = "{rule:methodology.w_om}"
DAMAGE = {
    "unknown key": ("unit: t", "unit: t\n    colour: red"),
    "missing unit": ("    unit: t\n", ""),
    "source is": ("source: stated", "source: heaven"),
    "accuracy is": ('accuracy: "1.5"', "accuracy: NaN"),
    "accuracy is 'x'": ('accuracy: "1.5"', "accuracy: x"),
    "one language only": (f"every {RULE} years", "every year"),
    "a brace that is no rule": (f"every {RULE} years", f"every {RULE} {{years}}"),
    "cites is empty": (
        "    cites: [{record: measures, locator: 第八条}]\nduties",
        "    cites: []\nduties",
    ),
    "missing en": ("parameter: {zh: 量, en: quantity}", "parameter: {zh: 量}"),
    "basis is missing": ("    unit: t\n", "    unit: t\n    known: K\n"),
    "known is 'X'": ("    unit: t\n", "    unit: t\n    known: X\n"),
    "unknown names 'colour'": ("    unit: t\n", "    unit: t\n    unknown: [colour]\n"),
    "both asked and unknown": ("    unit: t\n", "    unit: t\n    unknown: [frequency]\n"),
    "missing duties": (ONE[ONE.index("duties") :], ""),
    "not YAML": ("unit: t", "unit: [t"),
}


@pytest.mark.parametrize("wrong", sorted(DAMAGE))
def test_what_is_not_understood_is_refused_with_its_line(tmp_path: Path, wrong: str) -> None:
    before, after = DAMAGE[wrong]
    assert before in ONE
    with pytest.raises(PlanError, match=rf"x\.yaml:\d+:.*{wrong}"):
        read_plan(written(tmp_path, ONE.replace(before, after)))


def test_a_symbol_stands_once(tmp_path: Path) -> None:
    start, end = ONE.index("  - symbol"), ONE.index("duties")
    twice = ONE[:end] + ONE[start:end] + ONE[end:]
    with pytest.raises(PlanError, match="a symbol stands twice"):
        read_plan(written(tmp_path, twice))


def test_a_rule_the_book_does_not_have_is_no_plan(tmp_path: Path) -> None:
    plan = read_plan(written(tmp_path, ONE.replace("methodology.w_om", "no.such_rule")))
    with pytest.raises(PlanError, match=r"X-1: no\.such_rule"):
        filled(plan, load_cn().on(DAY))
