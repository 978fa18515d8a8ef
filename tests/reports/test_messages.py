"""Every code, house rule and tag in the source is said in Chinese and English, and nothing else.

The words are collected from the syntax of the source, so a new code without a sentence fails here.
"""

import re
from string import Formatter

import pytest

from openccer.app.acts import ACTS, EVENTS
from openccer.kernel.outcome import Citation, HouseRule, Reason
from openccer.ledger import amounts, blocks
from openccer.ledger.records import Bar, UnitClass
from openccer.mandate.model import Role
from openccer.market.records import Side
from openccer.policy.review_model import ReviewState
from openccer.registry.records import ProjectState, ReductionState
from openccer.registry.supervision.records import CaseState, Sanction, SanctionState
from openccer.reports import messages
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Basis
from reports.source_words import house_rules, reason_codes, tags, unread_codes

CODES = reason_codes()
HAN = re.compile(r"[\u4e00-\u9fff]")


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def notes_of_house_rules() -> set[str]:
    rules = load_cn().rules.values()
    return {v.note for rule in rules for v in rule.versions if v.basis is Basis.HOUSE}


def test_the_collector_sees_the_source() -> None:
    assert len(CODES) > 100
    assert CODES["over-offset-limit"] == [{"obligation", "allowed", "used", "asked"}]
    assert CODES["no-rule-in-force"] == [{"rule", "day"}]
    assert {"missing"} in CODES["papers-missing"]


def test_every_code_is_written_out_where_it_is_given() -> None:
    assert unread_codes() == []


def test_every_reason_code_has_a_sentence_and_every_sentence_a_code() -> None:
    assert set(messages.reason_wordings()) == set(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_sentence_uses_only_facts_that_its_code_gives(code: str) -> None:
    for given in CODES[code]:
        wording = messages.chosen(code, dict.fromkeys(given, "x"))
        assert placeholders(wording.zh) <= given, (code, "zh", given)
        assert placeholders(wording.en) <= given, (code, "en", given)


@pytest.mark.parametrize("code", sorted(messages.reason_wordings()))
def test_every_special_wording_has_a_place_that_gives_its_fact(code: str) -> None:
    for wording in messages.reason_wordings()[code]:
        assert not wording.fact or any(wording.fact in given for given in CODES.get(code, []))
        assert HAN.search(wording.zh)
        assert not HAN.search(wording.en)


def test_every_house_rule_has_its_chinese_and_nothing_else_has() -> None:
    assert set(messages.house_rules()) == house_rules() | notes_of_house_rules()


def test_every_tag_has_a_title_and_every_title_a_tag() -> None:
    said = messages.words()
    assert set(said["events"]) == set(EVENTS)
    assert set(said["acts"]) == set(ACTS)
    assert set(said["events"]) | set(said["acts"]) == tags()


def test_every_word_of_the_system_is_said() -> None:
    said = messages.words()
    assert set(said["roles"]) == {role.value for role in Role}
    assert set(said["buckets"]) == {b.value for b in (*amounts.Bucket, *blocks.Bucket)}
    assert set(said["states"]) == {s.value for s in (*ProjectState, *ReductionState)}
    assert set(said["bars"]) == {bar.value for bar in Bar}
    assert set(said["unit_classes"]) == {kind.value for kind in UnitClass}
    assert set(said["reviews"]) == {state.value for state in ReviewState}
    assert set(said["case_states"]) == {state.value for state in CaseState}
    assert set(said["sanctions"]) == {kind.value for kind in Sanction}
    assert set(said["sanction_states"]) == {state.value for state in SanctionState}
    assert set(said["sides"]) == {side.value for side in Side}
    assert set(said["bases"]) == {basis.value for basis in Basis} | {"declared", "unknown"}
    assert set(said["basis_meanings"]) == set(said["bases"])


def test_every_name_the_law_lists_for_papers_and_purposes_is_said() -> None:
    said, rules = messages.words(), load_cn().rules
    listed = (
        ("values", "account.registry.documents"),
        ("values", "account.registry.holder_types"),
        ("values", "project.application.documents"),
        ("values", "project.validation.checks"),
        ("values", "reduction.application.documents"),
        ("values", "reduction.verification.checks"),
        ("values", "actor.owner.types"),
        ("values", "grid.names"),
        ("purposes", "unit.cancel.purposes"),
    )
    for table, rule in listed:
        for version in rules[rule].versions:
            assert set(version.value or ()) <= set(said[table]), rule


def test_an_explanation_uses_the_facts_and_the_titles() -> None:
    reason = Reason(
        code="over-offset-limit",
        cites=(Citation("ets-measures-19", "第二十九条"), HouseRule("one period is claimed once")),
        facts={"obligation": 100_000, "allowed": 5_000, "used": 0, "asked": 5_001},
    )
    said = messages.explain(reason)
    assert "5,000 吨" in said.zh
    assert "5,001 t" in said.en
    assert said.clauses[0].title_zh == "碳排放权交易管理办法（试行）"
    assert said.clauses[0].locator == "第二十九条"
    assert said.clauses[0].is_law
    assert said.clauses[1].title_zh == "同一时期只申报一次"
    assert not said.clauses[1].is_law


def test_a_missing_fact_is_shown_as_a_question_mark() -> None:
    said = messages.explain(Reason(code="no-obligation", cites=(HouseRule("x"),)))
    assert said.en.startswith("No obligation is recorded for ?;")


def test_money_is_said_in_yuan_and_words_in_the_reader_s_language() -> None:
    price = Reason(code="price-too-small", cites=(HouseRule("x"),), facts={"price_fen": 8_400})
    assert "84.00 元/吨" in messages.explain(price).zh
    papers = {"missing": "application_form, undertaking"}
    said = messages.explain(Reason(code="documents-missing", cites=(HouseRule("x"),), facts=papers))
    assert "申请表、承诺书" in said.zh
    assert "application form, undertaking" in said.en


def test_a_hostile_fact_stays_a_text() -> None:
    facts = {"account": "{account.__class__}"}
    said = messages.explain(Reason(code="no-such-account", cites=(HouseRule("x"),), facts=facts))
    assert "{account.__class__}" in said.zh


def test_an_unknown_code_and_an_unknown_instrument_are_shown_as_they_are() -> None:
    reason = Reason(code="not-ours{x}", cites=(Citation("nowhere", "1"),))
    said = messages.explain(reason)
    assert "not-ours{x}" in said.en
    assert said.clauses[0].title_en == "nowhere"
