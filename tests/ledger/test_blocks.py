"""Blocks of serials against plain sets of numbers: what a set says, the blocks must say.

Serials are drawn from 1 to 12 in two batches, so that neighbours, gaps and overlaps are common.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.kernel.ids import AccountId, BatchId, InstrumentId, Serial
from openccer.kernel.state import State
from openccer.ledger import fold
from openccer.ledger.blocks import (
    ISSUER,
    Block,
    Bucket,
    Holding,
    Movement,
    Place,
    given_to,
    holding_key,
    joined,
    lowest,
    taken_from,
    without,
)

INSTRUMENT = InstrumentId("OW-1.2025")
ONE, TWO = BatchId("OW-1.2025.1"), BatchId("OW-1.2025.2")
A, B = AccountId("a"), AccountId("b")
Serials = set[tuple[BatchId, int]]

serials = st.sets(st.tuples(st.sampled_from([ONE, TWO]), st.integers(1, 12)))


def as_set(blocks: Any) -> Serials:
    every = [(b.batch, n) for b in blocks for n in range(b.first, b.last + 1)]
    assert len(every) == len(set(every)), "a serial twice"
    return set(every)


def as_blocks(numbers: Serials) -> tuple[Block, ...]:
    return joined(Block(batch, n, n) for batch, n in numbers)


def inside(numbers: Serials) -> st.SearchStrategy[Block]:
    """Any block that lies whole inside the serials."""
    found = [
        Block(block.batch, first, last)
        for block in as_blocks(numbers)
        for first in range(block.first, block.last + 1)
        for last in range(first, block.last + 1)
    ]
    return st.sampled_from(found)


def holding(held: Serials, account: AccountId = A) -> Holding:
    return Holding(account=account, instrument=INSTRUMENT, held=as_blocks(held))


@given(serials)
def test_joined_blocks_are_the_same_serials_in_the_fewest_blocks(numbers: Serials):
    blocks = as_blocks(numbers)
    runs = sum((batch, n - 1) not in numbers for batch, n in numbers)
    assert as_set(blocks) == numbers
    assert len(blocks) == runs
    assert list(blocks) == sorted(blocks)


@given(serials)
def test_joining_again_changes_nothing(numbers: Serials):
    blocks = as_blocks(numbers)
    assert joined(reversed(blocks)) == blocks


@given(serials, st.data())
def test_the_lowest_tonnes_are_the_lowest_serials(numbers: Serials, data: st.DataObject):
    asked = data.draw(st.integers(0, len(numbers)))
    taken = lowest(as_blocks(numbers), asked)
    assert sorted(as_set(taken)) == sorted(numbers)[:asked]


@given(serials)
def test_more_than_there_is_cannot_be_taken(numbers: Serials):
    with pytest.raises(AssertionError, match="more credits than there are"):
        lowest(as_blocks(numbers), len(numbers) + 1)


@given(serials.filter(bool), st.data())
def test_without_a_block_the_other_serials_are_left(numbers: Serials, data: st.DataObject):
    gone = data.draw(inside(numbers))
    assert as_set(without(as_blocks(numbers), gone)) == numbers - as_set([gone])


@given(serials, st.integers(1, 12), st.integers(0, 4))
def test_a_block_that_is_not_whole_here_cannot_be_taken(numbers: Serials, first: int, more: int):
    gone = Block(ONE, first, first + more)
    if as_set([gone]) <= numbers:
        assert as_set(without(as_blocks(numbers), gone)) == numbers - as_set([gone])
    else:
        with pytest.raises(AssertionError, match="not here to be taken"):
            without(as_blocks(numbers), gone)


@given(st.lists(st.tuples(st.sampled_from([ONE, TWO]), st.integers(1, 8), st.integers(0, 4))))
def test_a_holding_refuses_a_serial_twice(spans: list[tuple[BatchId, int, int]]):
    blocks = [Block(batch, first, first + more) for batch, first, more in spans]
    every = [(b.batch, n) for b in blocks for n in range(b.first, b.last + 1)]
    buckets: dict[str, Any] = {
        "held": tuple(blocks[0::3]),
        "exchange": tuple(blocks[1::3]),
        "cancelled": tuple(blocks[2::3]),
    }
    if len(every) == len(set(every)):
        made = Holding(account=A, instrument=INSTRUMENT, **buckets)
        assert sum(made.tonnes(b) for b in list(Bucket)[1:]) == len(every)
    else:
        with pytest.raises(AssertionError, match="a serial twice"):
            Holding(account=A, instrument=INSTRUMENT, **buckets)


def test_blocks_that_overlap_are_not_joined():
    with pytest.raises(AssertionError, match="a serial twice"):
        joined([Block(ONE, 1, 5), Block(ONE, 5, 9)])


def test_blocks_of_two_batches_are_never_joined():
    assert len(joined([Block(ONE, 1, 5), Block(TWO, 6, 9)])) == 2


@pytest.mark.parametrize(("first", "last"), [(0, 1), (2, 1), (1, 1_000_000_000), (-3, -1)])
def test_a_block_is_a_range_of_nine_digit_serials(first: int, last: int):
    with pytest.raises(ValueError, match="not a block"):
        Block(ONE, first, last)


def test_a_serial_knows_its_block():
    block = Block(ONE, 3, 5)
    assert [n for n in range(1, 8) if Serial.of(ONE, n) in block] == [3, 4, 5]
    assert Serial.of(TWO, 4) not in block
    assert block.tonnes == 3


# --- movements ----------------------------------------------------------------------------------

PLACES = [Place(who, b) for who in (A, B) for b in (Bucket.HELD, Bucket.EXCHANGE)]
ENDS = [*PLACES, Place(A, Bucket.CANCELLED), Place(B, Bucket.CANCELLED)]


def empty() -> State:
    return State({(Holding, holding_key(who, INSTRUMENT)): None for who in (A, B, ISSUER)})


def everywhere(state: State) -> dict[tuple[BatchId, int], Place]:
    """Where each serial is; a serial in two places is an error."""
    found: dict[tuple[BatchId, int], Place] = {}
    for who in (A, B):
        mine = fold.holding(state, who, INSTRUMENT)
        for bucket in (Bucket.HELD, Bucket.EXCHANGE, Bucket.CANCELLED):
            for serial in as_set(mine.blocks(bucket)):
                assert serial not in found, f"{serial} in two places"
                found[serial] = Place(who, bucket)
    return found


def issued(tonnes: int) -> State:
    movement = Movement(
        debit=Place(ISSUER, Bucket.UNISSUED), credit=PLACES[0], block=Block(ONE, 1, tonnes), why="t"
    )
    return fold.move(empty(), [movement])


@given(st.integers(1, 12), st.data())
def test_movements_lose_and_make_nothing(tonnes: int, data: st.DataObject):
    state, model = issued(tonnes), {(ONE, n): PLACES[0] for n in range(1, tonnes + 1)}
    for _ in range(data.draw(st.integers(0, 6))):
        source = data.draw(st.sampled_from(PLACES))
        there = {serial for serial, place in model.items() if place == source}
        if not there:
            continue
        block = data.draw(inside(there))
        target = data.draw(st.sampled_from([place for place in ENDS if place != source]))
        state = fold.move(state, [Movement(debit=source, credit=target, block=block, why="t")])
        model |= dict.fromkeys(as_set([block]), target)
        assert everywhere(state) == model


def test_a_credit_that_is_not_there_does_not_move():
    movement = Movement(debit=PLACES[2], credit=PLACES[1], block=Block(ONE, 1, 1), why="t")
    with pytest.raises(AssertionError, match="not here to be taken"):
        fold.move(issued(3), [movement])


def test_a_cancelled_credit_never_moves_again():
    gone = Holding(account=A, instrument=INSTRUMENT, cancelled=(Block(ONE, 1, 3),))
    with pytest.raises(AssertionError, match="never moves again"):
        taken_from(gone, Bucket.CANCELLED, Block(ONE, 1, 1))


def test_a_movement_goes_somewhere_else():
    movement = Movement(debit=PLACES[0], credit=PLACES[0], block=Block(ONE, 1, 1), why="t")
    with pytest.raises(AssertionError, match="where it came from"):
        fold.move(issued(3), [movement])


def test_a_credit_issued_twice_is_a_bug():
    again = Movement(
        debit=Place(ISSUER, Bucket.UNISSUED), credit=PLACES[1], block=Block(ONE, 2, 2), why="t"
    )
    with pytest.raises(AssertionError, match="a serial twice"):
        fold.move(issued(3), [again])


def test_only_the_issuer_has_unissued_credits():
    with pytest.raises(AssertionError, match="unissued"):
        given_to(holding(set()), Bucket.UNISSUED, Block(ONE, 1, 1))


def test_a_holding_outside_the_declared_slice_is_a_bug():
    narrow = State({(Holding, holding_key(A, INSTRUMENT)): None})
    movement = Movement(
        debit=Place(ISSUER, Bucket.UNISSUED), credit=PLACES[2], block=Block(ONE, 1, 1), why="t"
    )
    with pytest.raises(KeyError):
        fold.move(narrow, [movement])
