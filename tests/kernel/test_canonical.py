"""One value, one byte string: every act and event comes back from its bytes as it was."""

import enum
import json
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import ClassVar, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openccer.app.acts import ACTS, EVENTS, RECORDS
from openccer.kernel import ids
from openccer.kernel.calendar import Period
from openccer.kernel.canonical import decode, encode, plain, to_bytes
from openccer.kernel.quantity import Fen, Tonnes, WattHours
from openccer.ledger.amounts import Amount, Bucket, Pocket, Transfer
from openccer.ledger.blocks import Block, Holding
from openccer.registry.credits.acts import IssueCredits
from openccer.registry.records import Coordinate, Site

DAYS = st.dates(date(2012, 1, 1), date(2030, 12, 31))
BEIJING = timezone(timedelta(hours=8))
KINDS_OF_ID = [
    kind for name, kind in vars(ids).items() if isinstance(kind, type) and name[0].isupper()
]
for kind in KINDS_OF_ID:
    if issubclass(kind, ids._Id) and kind not in (ids.Uscc, ids.Digest):
        st.register_type_strategy(kind, st.from_regex(kind.PATTERN, fullmatch=True).map(kind))
FIRST = st.text(ids.Uscc.ALPHABET, min_size=17, max_size=17)
st.register_type_strategy(
    ids.Uscc, FIRST.map(lambda first: ids.Uscc(first + ids.Uscc.check_digit(first)))
)
st.register_type_strategy(ids.Digest, st.binary(min_size=32, max_size=32).map(bytes.hex))
for count in (Tonnes, Fen, WattHours):
    st.register_type_strategy(count, st.integers(0, 10**12).map(count))
st.register_type_strategy(date, DAYS)
st.register_type_strategy(int, st.integers(-(10**39), 10**39))  # what a key may be
st.register_type_strategy(
    Period, st.tuples(DAYS, DAYS).map(lambda days: Period(min(days), max(days)))
)
st.register_type_strategy(
    Decimal, st.integers(-(10**9), 10**9).map(lambda n: Decimal(n).scaleb(-3))
)
st.register_type_strategy(
    Block,
    st.builds(
        lambda batch, first, more: Block(batch, first, first + more),
        st.from_type(ids.BatchId),
        st.integers(1, 999),
        st.integers(0, 999),
    ),
)
st.register_type_strategy(
    Transfer,
    st.builds(
        lambda account, amount: Transfer(
            debit=Pocket(account, "CNY", Bucket.AVAILABLE),
            credit=Pocket(account, "CNY", Bucket.LOCKED),
            amount=amount,
            why="held",
        ),
        st.from_type(ids.AccountId),
        st.integers(0, 10**12),
    ),
)
st.register_type_strategy(
    Holding,
    st.builds(
        lambda account, block: Holding(
            account=account, instrument=block.batch.instrument, held=(block,)
        ),
        st.from_type(ids.AccountId),
        st.from_type(Block),
    ),
)
st.register_type_strategy(
    Amount,
    st.builds(
        Amount,
        account=st.from_type(ids.AccountId),
        asset=st.just("CNY"),
        available=st.integers(0, 10**12),
        locked=st.integers(0, 10**12),
    ),
)

YEARS = st.lists(st.integers(1, 9999), max_size=3).map(tuple)
st.register_type_strategy(
    IssueCredits,
    st.builds(
        IssueCredits,
        reduction=st.from_type(ids.ReductionId),
        project=st.from_type(ids.ProjectId),
        owner=st.from_type(ids.AccountId),
        years=YEARS,
    ),
)

# Counts and years are checked on the way in; one digit is good for each of them.
DIGIT = st.integers(1, 9)
SPECIAL = {
    "party": st.from_type(ids.Uscc),
    "act": st.from_type(ids.AccountId).map(lambda name: f'{{"tag":"{name}/1"}}'),
}


def checked(kind: type) -> st.SearchStrategy[object]:
    """Any values for a record that looks at its own fields, with numbers it accepts."""
    hints = get_type_hints(kind)
    given = {name: st.from_type(hints[name]) for name in (field.name for field in fields(kind))}
    given |= {name: DIGIT for name in given if hints[name] in (int, int | None)}
    given |= {name: SPECIAL[name] for name in given.keys() & SPECIAL.keys()}
    return st.builds(kind, **given)


HERE = (Holding, Amount, IssueCredits)
for kind in {**ACTS, **EVENTS, **RECORDS}.values():
    if hasattr(kind, "__post_init__") and kind not in HERE:
        st.register_type_strategy(kind, checked(kind))
DEGREES = st.integers(-90_000, 90_000).map(lambda n: Decimal(n).scaleb(-3))
st.register_type_strategy(Coordinate, st.builds(Coordinate, latitude=DEGREES, longitude=DEGREES))

WIRE = sorted({**ACTS, **EVENTS, **RECORDS}.items())
few = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.mark.parametrize(("tag", "kind"), WIRE, ids=[tag for tag, _ in WIRE])
def test_every_act_event_and_record_comes_back_as_it_was(tag: str, kind: type):
    @few
    @given(st.from_type(kind))
    def comes_back(value: object) -> None:
        raw = encode(value)
        again = decode(kind, json.loads(raw))
        assert again == value
        assert encode(again) == raw

    comes_back()


@pytest.mark.parametrize("tag", sorted({**ACTS, **EVENTS}))
def test_every_act_and_event_carries_its_tag_and_version(tag: str):
    name, _, version = tag.partition("/")
    assert name == name.lower()
    assert version.isdigit()


def test_no_act_and_event_share_a_tag():
    assert not ACTS.keys() & EVENTS.keys()


# --- bytes --------------------------------------------------------------------------------------


def test_keys_are_sorted_and_nothing_is_padded():
    assert encode({"b": 1, "a": [Tonnes(2), None, True]}) == b'{"a":[2,null,true],"b":1}'


def test_chinese_is_written_as_itself():
    assert encode("注销") == '"注销"'.encode()


@given(st.dictionaries(st.integers(2000, 2030), st.integers(0, 9)))
def test_the_order_of_a_mapping_does_not_matter(years: dict[int, int]):
    backwards = dict(reversed(list(years.items())))
    assert encode(years) == encode(backwards)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("1E+3"), '"1000"'),
        (Decimal("0.10"), '"0.10"'),
        (date(2026, 4, 2), '"2026-04-02"'),
        (datetime.combine(date(2026, 4, 2), time(10), BEIJING), '"2026-04-02T10:00:00+08:00"'),
        (b"\x00\xff", '"00ff"'),
        (Bucket.LOCKED, '"locked"'),
        (Fen(12), "12"),
        ((), "[]"),
    ],
)
def test_each_kind_of_value_has_one_form(value: object, expected: str):
    assert encode(value) == expected.encode()


@pytest.mark.parametrize("value", [1.0, [0.5], {"a": float("nan")}, (1, (2.5,))])
def test_a_float_has_no_form(value: object):
    with pytest.raises(TypeError, match="float"):
        encode(value)


@pytest.mark.parametrize("value", [object(), {1, 2}, Tonnes, 1j, time(10)])
def test_what_is_no_value_has_no_form(value: object):
    with pytest.raises(TypeError):
        encode(value)


def test_bytes_of_plain_values_are_the_bytes_of_the_value():
    value = Site(distance_km=Decimal("30.1"), depth_m=None)
    assert to_bytes(plain(value)) == encode(value)


# --- reading ------------------------------------------------------------------------------------


class Colour(enum.StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Paint:
    TAG: ClassVar[str] = "paint/1"
    colour: Colour
    tonnes: Tonnes
    by_year: dict[int, Tonnes]
    pair: tuple[int, str]
    dry: bool
    when: date | None


PAINT = Paint(Colour.RED, Tonnes(3), {2025: Tonnes(1)}, (1, "a"), False, date(2026, 4, 2))


def test_a_record_of_every_kind_of_field_comes_back():
    assert decode(Paint, plain(PAINT)) == PAINT
    assert decode(Paint, plain(replace(PAINT, when=None))).when is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"tag": "paint/2"}, "paint/1"),
        ({"more": 1}, "more"),
        ({"colour": "blue"}, "blue"),
        ({"colour": 1}, "Paint.colour"),
        ({"tonnes": "3"}, "Paint.tonnes"),
        ({"tonnes": True}, "Paint.tonnes"),
        ({"tonnes": 3.0}, "Paint.tonnes"),
        ({"dry": 0}, "Paint.dry"),
        ({"dry": None}, "Paint.dry"),
        ({"pair": [1]}, "Paint.pair"),
        ({"pair": "1a"}, "Paint.pair"),
        ({"by_year": {"x": 1}}, "x"),
        ({"when": "2026-02-30"}, "day|month|isoformat"),
        ({"when": 20260402}, "Paint.when"),
    ],
)
def test_what_is_not_the_record_is_refused_by_the_field(change: dict[str, object], named: str):
    with pytest.raises(ValueError, match=named):
        decode(Paint, plain(PAINT) | change)


@pytest.mark.parametrize("raw", [None, [], "paint", 1])
def test_what_has_no_fields_is_no_record(raw: object):
    with pytest.raises(ValueError, match="expected fields"):
        decode(Paint, raw)


def test_a_missing_field_is_not_a_default():
    raw = plain(PAINT)
    del raw["when"]
    with pytest.raises(ValueError, match="when"):
        decode(Paint, raw)
