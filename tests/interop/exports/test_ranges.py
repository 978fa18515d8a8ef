"""Serial ranges that others wrote, against sets of single serials."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.interop.exports.ranges import MOST_INTEGER, Range, bounds, serial, together, total
from openccer.ledger.blocks import MOST_SERIALS


def codes(first: object, last: object, count: object = None) -> list[str]:
    counted = None if count is None else ("count", count)
    return [one.code for one in bounds("unit", "1", {"first": first, "last": last}, counted)]


@pytest.mark.parametrize(
    ("first", "last", "count", "expected"),
    [
        (1, 1, 1, []),
        ("000000001", "000000009", 9, []),
        (1, MOST_SERIALS, MOST_SERIALS, []),
        (1, MOST_SERIALS + 1, None, ["serial-too-large"]),
        (1, MOST_INTEGER, None, ["serial-too-large"]),
        (1, 2**63, None, ["serial-too-large"]),
        (1, str(2**64), None, ["serial-too-large"]),
        (0, 5, None, ["serial-too-small"]),
        (-5, 5, None, ["serial-too-small"]),
        (9, 8, None, ["range-reversed"]),
        (MOST_SERIALS, 1, None, ["range-reversed"]),
        (1, 9, 10, ["count-differs"]),
        (1, 9, 8, ["count-differs"]),
        (1, 9, "9", ["not-whole"]),
        (1, 9, Decimal("9.0"), ["not-whole"]),
        (1, 9, Decimal("NaN"), ["not-whole"]),
        (1, 9, True, ["not-whole"]),
        ("A1", 9, None, ["not-digits"]),
        (None, None, None, ["not-digits", "not-digits"]),
        (True, 9, None, ["not-digits"]),
        (1, Decimal("9.0"), None, ["not-digits"]),
        ("١", "٩", None, ["not-digits", "not-digits"]),
        ("1" * 41, 9, None, ["not-digits"]),
        ("-1", 9, None, ["not-digits"]),
        (" 1", 9, None, ["not-digits"]),
    ],
)
def test_a_range_is_judged_by_each_of_its_grounds(first, last, count, expected) -> None:
    assert codes(first, last, count) == expected


def test_a_serial_beyond_64_bits_is_told_from_one_beyond_nine_digits() -> None:
    for last, most in ((10**9, MOST_SERIALS), (2**63 - 1, MOST_SERIALS), (2**63, MOST_INTEGER)):
        found = list(bounds("unit", "1", {"first": 1, "last": last}, None))
        assert found[0].facts["most"] == most
        assert found[0].field == "last"


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5)), max_size=5))
def test_overlaps_and_gaps_are_found_exactly_when_there_are_some(drawn) -> None:
    found = [
        Range(table="unit", row=str(at), batch="B", first=first, last=first + more)
        for at, (first, more) in enumerate(drawn)
    ]
    serials = [n for one in found for n in range(one.first, one.last + 1)]
    said = {wrong.code for wrong in together(found)}
    assert ("ranges-overlap" in said) == (len(serials) != len(set(serials)))
    whole = set(range(1, max(serials, default=0) + 1))
    assert ("serials-missing" in said) == (set(serials) != whole)


@pytest.mark.parametrize(
    ("first", "expected"), [(9, ["ranges-overlap"]), (10, []), (11, ["serials-missing"])]
)
def test_the_next_range_begins_right_after_the_last_serial(first, expected) -> None:
    pair = [
        Range(table="unit", row="1", batch="B", first=1, last=9),
        Range(table="unit", row="2", batch="B", first=first, last=20),
    ]
    assert [wrong.code for wrong in together(pair)] == expected


@given(st.lists(st.integers(0, 9)), st.integers(0, 30))
def test_a_total_is_wrong_exactly_when_it_is_not_the_sum(parts, stated) -> None:
    assert bool(list(total("t", "", "", stated, parts))) == (stated != sum(parts))


@given(st.text(max_size=6))
def test_text_is_a_serial_only_in_plain_digits(text) -> None:
    found = serial(text)
    assert (found is not None) == (text.isascii() and text.isdecimal())
