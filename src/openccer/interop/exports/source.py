"""A registry gathered from the entries of its log: the fold, where each credit is now, and since.

Every export starts here, and so does the check of an exported table: from the log it knows the
records, from a bundle of the same entries it must know the same.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openccer.app import acts
from openccer.app.entry import Entry
from openccer.app.fold import Everything, numbered
from openccer.kernel.ids import AccountId, BodyId, ProjectId, ReductionId
from openccer.kernel.state import Key, Record, State
from openccer.ledger.blocks import KEPT, Block, Holding, Movement, Place
from openccer.ledger.records import Account, Instrument, UnitClass
from openccer.mandate.model import ONLY, Operator
from openccer.registry.projects.events import ProjectValidated
from openccer.registry.records import Body, Project, ProjectState, Reduction
from openccer.registry.reductions.events import ReductionVerified


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A movement with the entry it stands in, its place there and its day."""

    seq: int
    n: int
    day: date
    move: Movement


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Consecutive serials that are in one place since one movement."""

    block: Block
    place: Place
    last: Moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A body's opinion of a project or a reduction: the entry it stands in, and its day."""

    seq: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """Credits cancelled with a certificate, as one event says."""

    seq: int
    day: date
    tag: str  # of the event, without its version
    certificate: str
    account: AccountId
    blocks: tuple[Block, ...]
    purpose: str | None  # None where the kind of event says it all
    beneficiary: str | None  # None where the account itself has the use of it


@dataclass(slots=True, kw_only=True)
class Source:
    """A registry as its log tells it. `behind` has the entries that changed each record."""

    operator: Operator | None = None
    day: date = date.min  # of the last entry
    size: int = 0  # entries read
    records: Mapping[Key, Record] = field(default_factory=dict)
    behind: dict[Key, list[int]] = field(default_factory=dict)
    history: dict[Key, list[tuple[str, date]]] = field(default_factory=dict)
    moves: list[Moved] = field(default_factory=list)
    segments: tuple[Segment, ...] = ()
    validated: dict[ProjectId, Opinion] = field(default_factory=dict)
    verified: dict[ReductionId, Opinion] = field(default_factory=dict)
    by_entry: dict[int, list[Certified]] = field(default_factory=dict)  # certificates

    def all(self, kind: type[Any]) -> list[Any]:
        """Every record of a kind, in the order of its key."""
        found = [(key[1], record) for key, record in self.records.items() if key[0] is kind]
        return [record for _, record in sorted(found, key=lambda pair: pair[0])]

    def get(self, kind: type[Any], key: str) -> Any:
        """The record, which stands behind another and so is there."""
        return self.records[kind, str(key)]

    def name_of(self, account: AccountId) -> str:
        found: Account = self.get(Account, account)
        return found.name

    def body(self, body: BodyId) -> str:
        found: Body = self.get(Body, body)
        return found.name

    def class_of(self, project: Project) -> UnitClass:
        """The class of the units of a project; that of a CCER before any is issued."""
        units = (unit for unit in self.all(Instrument) if unit.project == project.id)
        return next((unit.unit_class for unit in units), UnitClass.CCER)

    def validation(self, project: Project) -> Opinion | None:
        """The positive opinion of a project; no format has a place for a negative one."""
        rejected = project.state is ProjectState.REJECTED
        return None if rejected else self.validated.get(project.id)

    def certificate(self, segment: Segment) -> Certified | None:
        """The certificate that the last movement of these serials was made for."""
        for one in self.by_entry.get(segment.last.seq, ()):
            if any(block.covers(segment.block) for block in one.blocks):
                return one
        return None

    @property
    def certified(self) -> list[Certified]:
        """Every certificate, in the order of the log."""
        return [one for found in self.by_entry.values() for one in found]

    def batches(self) -> list[tuple[Instrument, Any]]:
        """Every batch with its instrument, in order."""
        return [(unit, batch) for unit in self.all(Instrument) for batch in unit.batches]


class _Watched(Everything):
    """The whole state, which remembers the records put since `changed` was last emptied."""

    __slots__ = ("changed",)
    changed: dict[Key, Record]

    def __init__(self) -> None:
        super().__init__()
        object.__setattr__(self, "changed", {})

    def put(self, *records: Record) -> State:
        self.changed.update({(type(record), str(record.key)): record for record in records})
        return super().put(*records)


def source(entries: Iterable[Entry]) -> Source:
    """The registry that these entries, in their order, make."""
    found, state = Source(), _Watched()
    for entry in entries:
        for event in entry.events:
            acts.apply(state, event)
            _note(found, entry, event)
        for key, record in state.changed.items():
            _note_change(found, entry, key, record)
        state.changed.clear()
        for seq, n, move in numbered(entry.seq, entry.events):
            found.moves.append(Moved(seq=seq, n=n, day=entry.day, move=move))
        found.day, found.size = entry.recorded_at.date(), found.size + 1
    found.records = dict(state.records())
    operator = found.records.get((Operator, ONLY))
    assert operator is None or isinstance(operator, Operator)
    found.operator = operator
    found.segments = tuple(segments(found.moves))
    _assert_same_places(found)
    return found


def _note(found: Source, entry: Entry, event: Any) -> None:
    if isinstance(event, ProjectValidated):
        found.validated[event.project] = Opinion(seq=entry.seq, on=event.on)
    if isinstance(event, ReductionVerified):
        found.verified[event.reduction] = Opinion(seq=entry.seq, on=event.on)
    if hasattr(event, "certificate") and hasattr(event, "blocks"):
        found.by_entry.setdefault(entry.seq, []).append(
            Certified(
                seq=entry.seq,
                day=entry.day,
                tag=type(event).TAG.partition("/")[0],
                certificate=event.certificate,
                account=event.account,
                blocks=event.blocks,
                purpose=getattr(event, "purpose", None),
                beneficiary=getattr(event, "beneficiary", None),
            )
        )


def _note_change(found: Source, entry: Entry, key: Key, record: Record) -> None:
    found.behind.setdefault(key, []).append(entry.seq)
    if isinstance(record, Project | Reduction):
        told = found.history.setdefault(key, [])
        if not told or told[-1][0] != record.state:
            told.append((record.state, entry.day))


def segments(moves: Iterable[Moved]) -> list[Segment]:
    """Where every credit is after these movements, cut wherever the last movement differs."""
    batches: dict[str, list[Segment]] = {}
    for moved in moves:
        _arrive(batches.setdefault(moved.move.block.batch, []), moved)
    return [segment for _, found in sorted(batches.items()) for segment in found]


def _arrive(found: list[Segment], moved: Moved) -> None:
    """Put a block where it arrived; what it was cut from keeps its serials outside the block."""
    block = moved.move.block
    low = bisect_left(found, block.first, key=lambda segment: segment.block.last)
    high, rest = low, []
    while high < len(found) and found[high].block.first <= block.last:
        old = found[high]
        for first, last in (
            (old.block.first, block.first - 1),
            (block.last + 1, old.block.last),
        ):
            if first <= last:
                piece = Block(block.batch, first, last)
                rest.append(Segment(block=piece, place=old.place, last=old.last))
        high += 1
    new = Segment(block=block, place=moved.move.credit, last=moved)
    found[low:high] = sorted([*rest, new], key=lambda segment: segment.block.first)


def _assert_same_places(found: Source) -> None:
    """The serials by their movements are those of the holdings: two ways to the same places."""
    moved = Counter[tuple[Place, str]]()
    for segment in found.segments:
        moved[segment.place, segment.block.batch] += segment.block.tonnes
    held = Counter[tuple[Place, str]]()
    for holding in found.all(Holding):
        for bucket in KEPT:
            for block in holding.blocks(bucket):
                held[Place(holding.account, bucket), block.batch] += block.tonnes
    assert moved == held, "the movements and the holdings place the credits differently"
