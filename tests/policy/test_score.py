"""The rubric counts clauses and nothing else."""

import pytest
import yaml

from openccer.policy.document import DocumentError
from openccer.policy.load import cn_base, cn_instruments
from openccer.policy.model import DIMENSIONS, PolicyRecord
from openccer.policy.score import Score, cn_rubric, read_rubric, score, strangers
from policy.small_base import ROOT, pair, record

RUBRIC = ROOT / "src" / "openccer" / "jurisdictions" / "cn" / "rubric.yaml"


def claim(criterion: str, instrument: str = "law", locator: str = "第一条") -> dict[str, str]:
    return {"field": f"criteria.{criterion}", "record": instrument, "locator": locator}


def scored(*claims: dict[str, str], **front: object) -> dict[str, Score]:
    records = pair("a", "甲", "A", claims=list(claims), **front)
    return {one.dimension.id: one for one in score(records, cn_rubric(), {"law"})}


def test_the_rubric_has_five_dimensions_of_four_to_six_questions_in_both_languages() -> None:
    said = yaml.safe_load(RUBRIC.read_text(encoding="utf-8"))
    assert [one["id"] for one in said] == list(DIMENSIONS)
    for dimension in said:
        assert 4 <= len(dimension["criteria"]) <= 6
        for one in dimension["criteria"]:
            assert one["question"]["zh"].endswith("？")
            assert one["question"]["en"].endswith("?")
            assert one["why"]["zh"]
            assert one["why"]["en"]


def test_without_claims_nothing_is_shown() -> None:
    assert [(one.yes, one.of) for one in scored().values()] == [
        (0, len(dimension.criteria)) for dimension in cn_rubric()
    ]


def test_a_claim_to_a_clause_of_a_known_instrument_is_a_yes_and_counts_once() -> None:
    found = scored(claim("statutory.penalties"), claim("statutory.penalties", locator="第二条"))
    assert found["statutory"].yes == 1
    answer = next(one for one in found["statutory"].answers if one.shown)
    assert [one.locator for one in answer.clauses] == ["第一条", "第二条"]


def test_a_claim_that_points_nowhere_shows_nothing_and_is_told() -> None:
    found = scored(claim("statutory.penalties", instrument="rumour"))
    assert found["statutory"].yes == 0
    answer = next(a for a in found["statutory"].answers if a.unknown)
    assert answer.unknown[0].record == "rumour"
    assert scored(claim("statutory.penalties", locator=""))["statutory"].yes == 0


def test_a_claim_about_another_field_answers_no_question() -> None:
    about = {"field": "analysis.statutory.evidence", "record": "law", "locator": "第一条"}
    assert scored(about)["statutory"].yes == 0


def test_a_score_given_by_a_person_changes_no_count() -> None:
    given = {"statutory": {"score": 100, "label": "High"}}
    with_it, without = scored(analysis=given)["statutory"], scored()["statutory"]
    assert (with_it.given, with_it.label) == (100, "High")
    assert (with_it.yes, with_it.of) == (without.yes, without.of)
    assert without.given is None


def test_a_question_the_rubric_does_not_have_is_told() -> None:
    one = record("a", "en", "A", claims=[claim("statutory.beauty"), claim("mrv.method")])
    assert strangers(one, cn_rubric()) == ("criteria.statutory.beauty",)


def both(key: str) -> tuple[PolicyRecord, ...]:
    return cn_base().pair(key)


def test_shipped_records_name_only_questions_of_the_rubric_and_known_instruments() -> None:
    for key in cn_base().ids():
        assert not [name for one in both(key) for name in strangers(one, cn_rubric())]
        scores = score(both(key), cn_rubric(), cn_instruments())
        assert not [a.unknown for one in scores for a in one.answers if a.unknown], key


def test_the_measures_show_penalties_and_set_no_target() -> None:
    # Article 43 fines; no article of the Measures names a target with a year or a number.
    found = {
        one.dimension.id: one for one in score(both("measures"), cn_rubric(), cn_instruments())
    }
    shown = {a.criterion.id for one in found.values() for a in one.answers if a.shown}
    assert "statutory.penalties" in shown
    assert "strategic.targets" not in shown


BROKEN = [
    (b"{}", "no list"),
    (b"- {id: market, title: {zh: x, en: x}}", "other keys"),
    (b"- {id: market, title: {zh: x, en: x}, criteria: []}", "no criteria"),
    (
        b"- {id: market, title: {zh: x, en: x},"
        b" criteria: [{id: other.x, question: {zh: x, en: x}, why: {zh: x, en: x}}]}",
        "begin it with market",
    ),
    (
        b"- {id: market, title: {zh: x, en: x},"
        b" criteria: [{id: market.x, question: {zh: x, en: x}, why: {zh: x, en: x}}]}",
        "five dimensions",
    ),
]


@pytest.mark.parametrize(("raw", "said"), BROKEN)
def test_a_broken_rubric_is_refused_with_its_line(raw: bytes, said: str) -> None:
    with pytest.raises(DocumentError, match=rf"r\.yaml:1: .*{said}"):
        read_rubric(raw, "r.yaml")
