"""Where every credit is, by its movements, against a dictionary of single serials."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.exports.made_registries import busy, entries, registry
from openccer.interop.exports.source import Moved, segments, source
from openccer.kernel.ids import AccountId, BatchId
from openccer.ledger.blocks import Block, Bucket, Movement, Place
from openccer.registry.records import Project

BATCH = BatchId("OW-1.2025.1")
PLACES = [
    Place(AccountId(name), bucket)
    for name in ("wind", "power")
    for bucket in (Bucket.HELD, Bucket.EXCHANGE)
]


def moved(seq: int, first: int, last: int, target: Place) -> Moved:
    move = Movement(debit=PLACES[0], credit=target, block=Block(BATCH, first, last), why="")
    return Moved(seq=seq, n=0, day=date(2026, 1, 1), move=move)


@st.composite
def courses(draw: st.DrawFn) -> list[Moved]:
    """An issuance of twelve, then blocks of it sent to and fro."""
    found = [moved(0, 1, 12, PLACES[0])]
    for seq in range(1, draw(st.integers(1, 8))):
        first = draw(st.integers(1, 12))
        last = draw(st.integers(first, 12))
        found.append(moved(seq, first, last, draw(st.sampled_from(PLACES))))
    return found


@given(courses())
def test_each_serial_is_where_its_last_movement_left_it(course: list[Moved]) -> None:
    places = {}
    for one in course:
        for serial in range(one.move.block.first, one.move.block.last + 1):
            places[serial] = (one.move.credit, one.seq)
    found = {}
    for segment in segments(course):
        for serial in range(segment.block.first, segment.block.last + 1):
            assert serial not in found, "a serial twice"
            found[serial] = (segment.place, segment.last.seq)
    assert found == places


def test_segments_of_a_batch_come_in_order() -> None:
    found = [segment.block for segment in registry(busy()).segments]
    assert found == sorted(found)


def test_a_registry_made_of_half_its_log_says_so_by_failing() -> None:
    half = entries(busy())[15:]
    with pytest.raises(AssertionError):
        source(half)


def test_the_entries_behind_a_record_are_those_that_changed_it() -> None:

    found = registry(busy())
    acts = {entry.seq: type(entry.act).TAG for entry in entries(busy())}
    behind = [acts[seq] for seq in found.behind[Project, "OW-1"]]
    assert behind == [
        "publish-design/2",
        "validate-project/1",
        "apply-for-project/2",
        "register-project/1",
        *("publish-reduction/1", "register-reduction/2") * 2,
    ]
