"""Search finds what stands there: two characters, codes, names; and nothing typed can break it."""

import re
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openccer.policy.hub import joined, read_hub
from openccer.policy.load import Base, cn_base, cn_policy_folder
from openccer.policy.words import HAN
from openccer.store.policy_index import PolicyIndex
from policy.small_base import HUB, ROOT, base, instrument, needs_hub, pair

QUESTIONS = re.findall(
    r"^\| (.+?) \| ([a-z0-9-]+) \| (own|hub) \|$",
    (ROOT / "docs" / "policy-questions.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


@cache
def own() -> PolicyIndex:
    return PolicyIndex.of(cn_base())


@cache
def combined_base() -> Base:
    return joined(read_hub(cn_policy_folder()), read_hub(HUB)).base


@cache
def combined() -> PolicyIndex:
    return PolicyIndex.of(combined_base())


def ids(index: PolicyIndex, question: str, language: str = "", limit: int = 10) -> list[str]:
    return [hit.id for hit in index.search(question, language, limit).hits]


# --- thirty questions ---------------------------------------------------------------------------


def test_there_are_thirty_questions_half_of_them_chinese_and_several_of_two_characters() -> None:
    chinese = [question for question, _, _ in QUESTIONS if re.search(f"[{HAN}]", question)]
    assert (len(QUESTIONS), len(chinese)) == (30, 15)
    assert sum(len(question) == 2 for question in chinese) >= 5


@pytest.mark.parametrize(("question", "expected", "where"), QUESTIONS)
def test_the_shipped_records_answer_their_own_questions(
    question: str, expected: str, where: str
) -> None:
    if where == "hub":
        assert expected not in cn_base().ids(), "a question about a shipped record is marked own"
        return
    assert ids(own(), question)[0] == expected


@needs_hub
@pytest.mark.parametrize(("question", "expected", "where"), QUESTIONS)
def test_among_hub_and_shipped_records_the_expected_one_is_first(
    question: str, expected: str, where: str
) -> None:
    assert ids(combined(), question)[0] == expected


# --- how it finds -------------------------------------------------------------------------------


def test_a_word_in_the_title_counts_more_than_one_in_the_text() -> None:
    found = PolicyIndex.of(
        base(
            pair("body", "其他", "other", description="清缴" * 3),
            pair("title", "清缴通知", "notice"),
        )
    )
    assert ids(found, "清缴") == ["title", "body"]


def test_other_names_and_numbers_are_found() -> None:
    facts = instrument(number="令第31号", aliases=["CCER Measures"])
    found = PolicyIndex.of(base(pair("a", "办法", "rules", instrument=facts)))
    assert ids(found, "第31号") == ids(found, "ccer measures") == ["a"]


def test_every_word_is_needed_until_no_record_has_all() -> None:
    found = PolicyIndex.of(base(pair("a", "甲", "red green"), pair("b", "乙", "red blue")))
    both = found.search("red blue")
    assert ([hit.id for hit in both.hits], both.every) == (["b"], True)
    some = found.search("red yellow")
    assert ({hit.id for hit in some.hits}, some.every) == ({"a", "b"}, False)


def test_both_languages_of_a_record_are_one_result_in_the_language_of_the_question() -> None:
    both = pair("a", "核查 CCER", "verification CCER")
    found = PolicyIndex.of(base(both))
    assert [(hit.id, hit.language) for hit in found.search("CCER").hits] == [("a", "en")]
    assert [hit.language for hit in found.search("核查").hits] == ["zh"]


def test_a_language_can_be_asked_for() -> None:
    found = PolicyIndex.of(base(pair("a", "核查 CCER", "verification CCER")))
    assert [hit.language for hit in found.search("CCER", "zh").hits] == ["zh"]
    assert ids(found, "核查", "en") == []


def test_on_a_tie_an_instrument_of_the_jurisdiction_is_first() -> None:
    facts = instrument(issuers=[], issuersEn=[])
    found = PolicyIndex.of(
        base(pair("x-a", "同名", "same"), pair("x-b", "同名", "same", instrument=facts))
    )
    assert ids(found, "同名") == ["x-b", "x-a"]


def test_the_limit_is_kept() -> None:
    many = [pair(f"r{n}", f"碳市场 {n}", f"carbon {n}") for n in range(30)]
    assert len(ids(PolicyIndex.of(base(*many)), "碳市场", limit=7)) == 7


def test_a_hit_is_marked_in_the_snippet() -> None:
    hit = own().search("海上风电").hits[0]
    assert "[海上风电]" in hit.snippet.marked("[", "]")


# --- properties ---------------------------------------------------------------------------------


def neighbours() -> list[tuple[str, str]]:
    """Every two adjacent Chinese characters of a title of a shipped record, with its id."""
    return [
        (title[at : at + 2], record.id)
        for record in cn_base().records.values()
        for title in [record.title]
        for at in range(len(title) - 1)
        if re.fullmatch(f"[{HAN}]{{2}}", title[at : at + 2])
    ]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(neighbours()))
def test_any_two_neighbours_in_a_title_find_the_record(pair_and_id: tuple[str, str]) -> None:
    question, expected = pair_and_id
    assert expected in ids(own(), question, limit=200)


HOSTILE = [
    '"', '""', "a OR", "NEAR(a b)", "a NEAR/2 b", "*", "a*", "title:", "-a", "^a", "(", "😀",
    "\x00", "'; DROP TABLE word; --", "\ud800", "a" * 10_000, "核" * 10_000, "AND", "NOT NOT",
]  # fmt: skip


@pytest.mark.parametrize("question", HOSTILE, ids=lambda text: repr(text[:12]))
def test_hostile_questions_are_answered(question: str) -> None:
    answer = own().search(question)
    assert len(answer.hits) <= 10


@given(st.text(max_size=200))
def test_search_never_fails(question: str) -> None:
    answer = own().search(question)
    assert bool(answer.words) or answer.hits == ()
