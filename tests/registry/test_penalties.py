"""Fines held against a table written by hand from the instruments, reckoned with fractions.

The oracle below knows days and numbers only: no rulebook, no Decimal, no code of the program. A row
says the instrument and article it was read in. A range is asked of the program for every rule,
on both sides of every day on which the law changed.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.kernel.outcome import Grounds
from openccer.kernel.quantity import Fen, Tonnes
from openccer.registry.supervision.penalties import (
    FINES,
    Facts,
    Kind,
    law_of_the_penalty,
    missing_facts,
    penalty_range,
)
from openccer.reports.messages import words
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import RuleGap

BOOK = load_cn()
LATE, MULTIPLE = "penalty.ets.late_surrender.fixed", "penalty.ets.late_surrender.multiple"
COMPARED = "penalty.milder_law.compared@2026-08-15"
M19, R775, CODE = date(2021, 2, 1), date(2024, 5, 1), date(2026, 8, 15)
NEVER = date(9999, 1, 1)

# rule: rows of (first day, day it ends, least and most in CNY), read in law.md 1.7 and 4.6.
FIXED = {
    "penalty.ccer.obstruction": [(date(2023, 10, 20), NEVER, 10_000, 100_000)],  # Measures 42
    "penalty.ccer.false_papers": [(date(2023, 10, 20), NEVER, 10_000, 100_000)],  # 43
    "penalty.ccer.false_units.fine": [(date(2023, 10, 20), NEVER, 50_000, 100_000)],  # 43
    "penalty.ccer.vv.procedure_or_scope": [(date(2023, 10, 20), NEVER, 50_000, 200_000)],  # 44
    "penalty.ccer.manipulation": [(date(2023, 10, 20), NEVER, 10_000, 100_000)],  # 45
    LATE: [(M19, R775, 20_000, 30_000), (CODE, NEVER, 1_000_000, 5_000_000)],  # M19 40; 1226
    "penalty.ets.not_reporting": [  # M19 39; R775 21; Code 1226
        (M19, R775, 10_000, 30_000),
        (R775, NEVER, 50_000, 500_000),
    ],
    "penalty.ets.quality_plan": [(R775, NEVER, 50_000, 500_000)],  # R775 21
    "penalty.ets.not_publishing": [(R775, NEVER, 50_000, 500_000)],  # R775 21
    "penalty.ets.records": [(R775, NEVER, 50_000, 500_000)],  # R775 21
    "penalty.ets.data_fraud.persons": [(R775, NEVER, 50_000, 200_000)],  # R775 22
    "penalty.ets.service_body.persons": [(R775, NEVER, 20_000, 200_000)],  # R775 23
    "penalty.ets.manipulation.persons": [(R775, NEVER, 100_000, 1_000_000)],  # R775 25
    "penalty.ets.disturbance.persons": [(R775, NEVER, 50_000, 500_000)],  # R775 25
    "penalty.ets.obstruction": [(R775, NEVER, 20_000, 200_000)],  # R775 26
    "penalty.code.emission_information": [(CODE, NEVER, 20_000, 200_000)],  # Code 1110
    "penalty.code.obstruction": [(CODE, NEVER, 50_000, 200_000)],  # Code 1229
    "penalty.code.obstruction.persons": [(CODE, NEVER, 5_000, 50_000)],  # Code 1229
}
# rule: multiples of the gains, the bound below which the fine is fixed, and that fixed fine.
GAINS = {
    "penalty.ets.data_fraud": (5, 10, 500_000, 500_000, 2_000_000),  # R775 22
    "penalty.ets.inspection_report_fraud": (5, 10, 20_000, 20_000, 100_000),  # R775 23
    "penalty.ets.service_report_fraud": (5, 10, 200_000, 200_000, 1_000_000),  # R775 23
    "penalty.ets.manipulation": (1, 10, 500_000, 500_000, 5_000_000),  # R775 25
    "penalty.ets.disturbance": (1, 10, 100_000, 100_000, 1_000_000),  # R775 25
}
DAYS = sorted(
    {
        date.fromordinal(day.toordinal() + step)
        for rows in FIXED.values()
        for first, end, _, _ in rows
        for day in (first, end)
        if day != NEVER
        for step in (-1, 0, 1)
    }
    | {date(2026, 8, 7), date(2026, 8, 8), date(2026, 11, 30)}
)


def oracle(
    rule: str,
    day: date,
    gains: Fraction,
    price: Fraction,
    tonnes: int,
    traded: Fraction,
    late: bool,
) -> tuple[int, int] | None:
    """Least and most in fen; None where there is no such fine."""
    if rule in FIXED:
        found = [(low, high) for first, end, low, high in FIXED[rule] if first <= day < end]
        return (found[0][0] * 100, found[0][1] * 100) if found else None
    if rule == MULTIPLE:
        if day < R775 or (day >= CODE and not late):
            return None
        return ceil(5 * price * tonnes * 100), floor(10 * price * tonnes * 100)
    if rule == "penalty.ets.barred_trading":
        return (0, floor(traded * 100)) if day >= R775 else None
    low, high, bound, least, most = GAINS[rule]
    if day < R775:  # only the fine of M19 39 for false reports is older
        early = rule == "penalty.ets.data_fraud" and day >= M19
        return (1_000_000, 3_000_000) if early else None
    if gains < bound:
        return least * 100, most * 100
    return ceil(low * gains * 100), floor(high * gains * 100)


def facts(**changes: object) -> Facts:
    given = {
        "gains": Fen(0),
        "price": Decimal("70.50"),
        "unsurrendered": Tonnes(1_000),
        "traded": Fen(1_000),
        "in_default": False,
    }
    return Facts(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("by", [-1, 0, 1])
@pytest.mark.parametrize("rule", sorted(GAINS))
def test_gains_of_exactly_the_bound_are_not_below_it(rule: str, by: int) -> None:
    """One fen less, the bound, one fen more: only what is less is fined by fixed sums (不足)."""
    day, gains = date(2026, 11, 30), GAINS[rule][2] * 100 + by
    found = penalty_range(rule, facts(gains=Fen(gains)), BOOK.on(day))
    assert found is not None
    expected = oracle(rule, day, Fraction(gains, 100), Fraction(0), 0, Fraction(0), False)
    assert (found.least.count, found.most.count) == expected


def test_every_rule_that_fines_is_in_the_table_by_hand() -> None:
    assert set(FINES) == {*FIXED, *GAINS, MULTIPLE, "penalty.ets.barred_trading"}


@pytest.mark.parametrize("rule", sorted(FINES))
@given(
    day=st.sampled_from(DAYS),
    gains=st.one_of(
        st.sampled_from([0, 1_999_999, 2_000_000, 2_000_001, 9_999_999, 10_000_000]),
        st.sampled_from([19_999_999, 20_000_000, 49_999_999, 50_000_000, 50_000_001]),
        st.integers(0, 10**11),
    ),
    price=st.integers(1, 10**6),
    tonnes=st.integers(1, 10**6),
    traded=st.integers(0, 10**10),
    late=st.booleans(),
)
def test_a_range_is_that_of_the_table(
    rule: str, day: date, gains: int, price: int, tonnes: int, traded: int, late: bool
) -> None:
    found = penalty_range(
        rule,
        facts(
            gains=Fen(gains),
            price=Decimal(price).scaleb(-4),  # a price has as many places as its average has
            unsurrendered=Tonnes(tonnes),
            traded=Fen(traded),
            in_default=late,
        ),
        BOOK.on(day),
    )
    expected = oracle(
        rule,
        day,
        Fraction(gains, 100),
        Fraction(price, 10_000),
        tonnes,
        Fraction(traded, 100),
        late,
    )
    ends = None if found is None else (found.least.count, found.most.count)
    assert ends == expected


@pytest.mark.parametrize("rule", sorted(FINES))
@given(day=st.sampled_from(DAYS), gains=st.integers(0, 10**10), late=st.booleans())
def test_the_working_of_a_range_ends_in_its_ends(
    rule: str, day: date, gains: int, late: bool
) -> None:
    found = penalty_range(rule, facts(gains=Fen(gains), in_default=late), BOOK.on(day))
    if found is None:
        return
    lines = {line.symbol: line for line in found.lines}
    assert lines["fine_least"].value * 100 == found.least.count
    assert lines["fine_most"].value * 100 == found.most.count
    assert lines["fine_most"].clauses
    assert {ruled.ref for ruled in found.rests_on} >= {
        line.rule for line in found.lines if line.rule
    }
    assert set(lines) <= set(words()["penalty_lines"])
    assert 0 <= found.least.count <= found.most.count


def test_the_words_of_the_working_are_those_that_are_used() -> None:
    used = {"fine", "confiscated", "fine_least", "fine_most", "multiple_least", "multiple_most"}
    assert set(words()["penalty_lines"]) == used | {
        *("gains", "gains_bound", "price", "unsurrendered", "traded")
    }


def test_what_nobody_stated_is_not_zero() -> None:
    said = facts(price=None, unsurrendered=None, traded=None)
    assert missing_facts(MULTIPLE, said) == ("price", "unsurrendered")
    assert missing_facts("penalty.ets.barred_trading", said) == ("traded",)
    assert missing_facts("penalty.ccer.false_papers", said) == ()


# --- law in time --------------------------------------------------------------------------------


def chosen(rule: str, breach: date, decided: date, *confirmed: str, **changes: object):
    """The codes of the grounds, and the day whose law was chosen."""
    grounds = Grounds()
    rules = BOOK.on(decided, frozenset(confirmed))
    law = law_of_the_penalty(grounds, rule, facts(**changes), breach, rules)
    return [reason.code for reason in grounds.reasons], law.day if law else None


def test_the_law_of_the_breach_applies_where_nothing_changed() -> None:
    day, later = date(2024, 1, 10), date(2026, 11, 30)
    assert chosen("penalty.ccer.false_papers", day, later) == ([], day)


def test_a_version_that_only_carries_a_value_on_changes_no_law() -> None:
    day = date(2025, 6, 1)
    assert chosen("penalty.ets.records", day, date(2026, 11, 30)) == ([], day)


@pytest.mark.parametrize(
    ("tonnes", "law"),
    [
        # 5-10 x 70.50 x 1 000 t = 352 500-705 000 CNY, against 1-5 million: the old is milder.
        (1_000, date(2025, 1, 1)),
        # 5-10 x 70.50 x 10 000 t = 3.525-7.05 million, against 1-5 million: the new is milder.
        (10_000, date(2026, 11, 30)),
    ],
)
def test_the_milder_law_applies_once_its_reading_is_confirmed(tonnes: int, law: date) -> None:
    breach, decided = date(2025, 1, 1), date(2026, 11, 30)
    given_ = {"unsurrendered": Tonnes(tonnes)}
    assert chosen(MULTIPLE, breach, decided, COMPARED, **given_) == ([], law)
    codes, _ = chosen(MULTIPLE, breach, decided, **given_)
    assert codes == ["rule-not-confirmed"]


def test_neither_law_is_milder_where_one_is_lower_at_one_end_only() -> None:
    # 5-10 x 70.50 x 1 500 t = 528 750-1 057 500: lower at both ends; at 7 500 t it is
    # 2 643 750-5 287 500, higher at both. A disobeyed order makes the new law higher at both.
    breach, decided = date(2025, 1, 1), date(2026, 11, 30)
    one = {"unsurrendered": Tonnes(1_500)}
    assert chosen(MULTIPLE, breach, decided, COMPARED, **one) == ([], breach)
    late = {"unsurrendered": Tonnes(7_500), "in_default": True}
    assert chosen(MULTIPLE, breach, decided, COMPARED, **late) == ([], breach)
    # 200 000 x 5 = 1 000 000 and x 10 = 2 000 000 CNY: least equal, most lower.
    edge = {"unsurrendered": Tonnes(2_000), "price": Decimal(100)}
    assert chosen(MULTIPLE, breach, decided, COMPARED, **edge) == ([], breach)
    # 1.2 million to 2.4 million: higher at the low end, lower at the high end.
    mixed = {"unsurrendered": Tonnes(2_400), "price": Decimal(100)}
    codes, _ = chosen(MULTIPLE, breach, decided, COMPARED, **mixed)
    assert codes == ["milder-law-unclear"]


def test_no_fine_without_a_law_on_the_day_of_the_breach() -> None:
    codes, law = chosen("penalty.ccer.false_papers", date(2023, 10, 19), date(2024, 1, 1))
    assert (codes, law) == (["no-penalty-on-the-day-of-breach"], None)
    first = date(2023, 10, 20)
    assert chosen("penalty.ccer.false_papers", first, date(2024, 1, 1)) == ([], first)


def test_which_law_holds_is_unknown_before_the_code_where_the_laws_differ() -> None:
    with pytest.raises(RuleGap, match=r"penalty\.law_in_time"):
        chosen("penalty.ets.not_reporting", date(2024, 4, 30), date(2026, 8, 14))
    assert chosen("penalty.ets.not_reporting", date(2024, 4, 30), CODE, COMPARED) == (
        [],
        date(2024, 4, 30),
    )


def test_an_offence_is_compared_with_all_its_fines() -> None:
    # 20-30 thousand CNY by M19 40 against 1-5 million by the Code: the old is milder.
    breach = date(2023, 12, 31)
    assert chosen(LATE, breach, CODE, COMPARED) == ([], breach)


def test_a_deed_that_the_later_law_no_longer_punishes_is_not_fined() -> None:
    rule = BOOK.rules["penalty.ccer.manipulation"]
    end = replace(rule.versions[0], since=date(2026, 10, 1), value=None)
    ended = replace(rule, versions=(*rule.versions, end))
    book = replace(BOOK, rules={**BOOK.rules, rule.id: ended})
    for decided, codes in (
        (date(2026, 9, 30), []),
        (date(2026, 10, 1), ["breach-no-longer-punished"]),
    ):
        grounds = Grounds()
        law_of_the_penalty(grounds, rule.id, facts(), date(2025, 1, 1), book.on(decided))
        assert [reason.code for reason in grounds.reasons] == codes


def test_every_kind_of_fine_is_there() -> None:
    assert {fine.kind for fine in FINES.values()} == set(Kind)
