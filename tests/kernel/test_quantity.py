"""Counts never go below zero, and every named rounding agrees with fractions."""

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.kernel.quantity import (
    EXACT,
    Fen,
    Tonnes,
    WattHours,
    ceil_int,
    decimal_from,
    floor_int,
    floor_tonnes,
    half_up_int,
    mwh,
    yuan,
)

KINDS = (Tonnes, Fen, WattHours)
# Few digits, so that halves and whole numbers are common.
small = st.integers(-4000, 4000).map(lambda n: Decimal(n).scaleb(-2))


@pytest.mark.parametrize("kind", KINDS)
def test_a_count_below_zero_is_a_bug(kind):
    with pytest.raises(AssertionError, match="out of range"):
        kind(-1)
    with pytest.raises(AssertionError, match="out of range"):
        kind(2) - kind(3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrong", [1.0, "1", Decimal(1), True, None])
def test_a_count_is_a_whole_number_and_nothing_like_one(kind, wrong):
    with pytest.raises(AssertionError, match="whole numbers"):
        kind(wrong)


@pytest.mark.parametrize(("one", "other"), [(Tonnes(1), Fen(1)), (Fen(1), WattHours(1))])
def test_two_units_are_never_added_or_taken_from_each_other(one, other):
    with pytest.raises(AssertionError, match="cannot add"):
        one + other
    with pytest.raises(AssertionError, match="cannot take"):
        one - other


@given(st.integers(0, 12), st.integers(0, 12))
def test_what_is_added_can_be_taken_again(one: int, other: int):
    assert Tonnes(one) + Tonnes(other) == Tonnes(one + other)
    assert (Tonnes(one) + Tonnes(other)) - Tonnes(other) == Tonnes(one)


@given(small)
def test_the_roundings_agree_with_fractions(value: Decimal):
    exact = Fraction(value)
    assert floor_int(value) == floor(exact)
    assert ceil_int(value) == ceil(exact)
    assert floor_tonnes(value) == Tonnes(max(0, floor(exact)))


@given(small.filter(lambda value: value >= 0))
def test_halves_go_upward(value: Decimal):
    assert half_up_int(value) == floor(Fraction(value) + Fraction(1, 2))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0", 0), ("0.999", 0), ("1", 1), ("1.000001", 1), ("-0.1", 0), ("-7", 0)],
)
def test_tonnes_are_cut_down_and_never_below_zero(text: str, expected: int):
    assert floor_tonnes(Decimal(text)) == Tonnes(expected)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-inf", "sNaN", "", "1,5", "0x1", "1 2"])
def test_what_is_no_finite_number_is_refused(text: str):
    with pytest.raises(ValueError, match="not a"):
        decimal_from(text)


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_a_product_of_two_measured_values_is_exact(one: int, other: int):
    left, right = Decimal(one).scaleb(-6), Decimal(other).scaleb(-4)
    assert Fraction(EXACT.multiply(left, right)) == Fraction(left) * Fraction(right)


@given(st.integers(0, 10**15))
def test_watt_hours_are_megawatt_hours_exactly(count: int):
    assert Fraction(mwh(WattHours(count))) == Fraction(count, 1_000_000)


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0.00"), (5, "0.05"), (1234, "12.34"), (100, "1.00")]
)
def test_money_is_shown_in_yuan(fen: int, text: str):
    assert yuan(Fen(fen)) == text
