"""What can happen to units that are no CCER: events, past tense, and their fold."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from openccer.kernel.ids import AccountId, Digest, InstrumentId, ProjectId
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import State
from openccer.ledger import fold
from openccer.ledger.blocks import Movement
from openccer.ledger.records import Batch, Instrument, UnitClass


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsRecorded:
    """One batch: serials 1 to its tonnes, from the issuer to the holder and the buffer."""

    TAG: ClassVar[str] = "units-recorded/1"
    unit_class: UnitClass
    project: ProjectId
    batch: Batch
    filed: date
    evidence: Digest
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsReversed:
    """Units cancelled for what escaped; `shortfall` is what neither buffer nor owner could give."""

    TAG: ClassVar[str] = "units-reversed/1"
    instrument: InstrumentId
    owner: AccountId
    from_buffer: Tonnes
    from_owner: Tonnes
    shortfall: Tonnes
    evidence: Digest
    on: date
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferReleased:
    TAG: ClassVar[str] = "buffer-released/1"
    instrument: InstrumentId
    owner: AccountId
    tonnes: Tonnes
    evidence: Digest
    movements: tuple[Movement, ...]


Event = UnitsRecorded | UnitsReversed | BufferReleased


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
    if isinstance(event, UnitsRecorded):
        id_ = event.batch.id.instrument
        known = state.get(Instrument, id_)
        before = known or Instrument(
            id=id_,
            project=event.project,
            year=id_.year,
            batches=(),
            unit_class=event.unit_class,
        )
        state = state.put(replace(before, batches=(*before.batches, event.batch)))
    return fold.move(state, event.movements)
