"""The book as it could be known on a day: knowledge only grows, and in the end it is the book."""

from datetime import date

import pytest
from hypothesis import given

from openccer.rulebook.load import load_cn
from openccer.rulebook.model import RuleGap
from rulebook.books import book, books, days, rule, version

LATE = date(2100, 1, 1)


def test_a_version_is_known_from_the_day_it_is_published():
    old = version(date(2021, 1, 1), "old", published=date(2020, 12, 1))
    new = version(date(2024, 5, 1), "new", published=date(2024, 2, 4))
    law = book(rule("a", old, new))
    asked = date(2025, 1, 1)
    assert law.as_known(date(2024, 2, 3)).on(asked).text("a").value == "old"
    assert law.as_known(date(2024, 2, 4)).on(asked).text("a").value == "new"


def test_a_version_of_unknown_publication_is_known_from_its_first_day():
    law = book(rule("a", version(date(2021, 2, 1))))
    assert "a" not in law.as_known(date(2021, 1, 31)).rules
    assert "a" in law.as_known(date(2021, 2, 1)).rules


def test_an_end_is_known_from_the_day_it_is_published():
    first = version(date(2021, 1, 1), published=date(2020, 12, 1))
    end = version(date(2024, 5, 1), None, published=date(2024, 2, 4))
    law, asked = book(rule("a", first, end)), date(2025, 1, 1)
    assert law.as_known(date(2024, 2, 3)).on(asked).text("a").value == "1"
    with pytest.raises(RuleGap):
        law.as_known(date(2024, 2, 4)).on(asked).text("a")


def test_law_published_late_was_not_known_while_it_was_already_in_force():
    late = version(date(2024, 10, 15), published=date(2024, 10, 21))
    law = book(rule("a", late))
    with pytest.raises(RuleGap):
        law.as_known(date(2024, 10, 20)).on(date(2024, 10, 20)).text("a")


def test_the_book_as_known_still_says_which_book_it_is():
    law = book(rule("a", version(date(2021, 2, 1))))
    assert law.as_known(date(2020, 1, 1)).digest == law.digest


@given(books(), days)
def test_as_known_late_the_book_answers_as_the_whole_book(law, on):
    known = law.as_known(LATE)
    assert known.rules.keys() == law.rules.keys()
    assert all(known.rules[key].on(on) == law.rules[key].on(on) for key in law.rules)


@given(books(), days, days)
def test_knowledge_only_grows(law, one, other):
    first, second = sorted((one, other))
    before, after = law.as_known(first).rules, law.as_known(second).rules
    assert before.keys() <= after.keys()
    for key, found in before.items():
        assert set(found.versions) <= set(after[key].versions)
    assert law.as_known(second).as_known(first) == law.as_known(first)


@given(books(), days)
def test_nothing_is_known_that_was_published_later(law, day):
    for found in law.as_known(day).rules.values():
        assert found.versions
        assert all((one.published or one.since) <= day for one in found.versions)


LATE_SURRENDER = "penalty.ets.late_surrender"


@pytest.mark.parametrize(
    ("known", "fixed", "multiple"),
    [
        # The Regulations were published on 2024-02-04, the Code on 2026-03-12 (policy records).
        (date(2024, 2, 1), ("20000", "30000"), None),
        (date(2024, 2, 4), None, ("5", "10")),
        (date(2026, 3, 11), None, ("5", "10")),
        (date(2026, 3, 12), ("1000000", "5000000"), ("5", "10")),
    ],
)
def test_what_was_known_of_late_surrender_in_2028(known, fixed, multiple):
    found = load_cn().as_known(known).rules
    on = date(2028, 1, 1)
    for part, value in (("fixed", fixed), ("multiple", multiple)):
        there = found.get(f"{LATE_SURRENDER}.{part}")
        held = there.on(on) if there else None
        assert (held.value if held else None) == value
