"""What can be asked of units that are no CCER: acts, imperative, each with its tag for ever."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from openccer.kernel.ids import AccountId, Digest, InstrumentId, ProjectId, ReductionId
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Key
from openccer.ledger.blocks import BUFFER, Holding, holding_key
from openccer.ledger.records import Account, Instrument, UnitClass
from openccer.registry.records import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordUnits:
    """Record units that arose outside this registry's own registration of reductions.

    Legacy units: filed before the day of article 49 of the Measures, on `filed`. Pilot units: of a
    method of ours; `buffer` of the tonnes are held back for a reversal. `evidence` is the digest of
    the paper that shows them.
    """

    TAG: ClassVar[str] = "record-units/1"
    unit_class: UnitClass
    project: ProjectId
    reduction: ReductionId
    account: AccountId
    year: int
    tonnes: Tonnes
    buffer: Tonnes
    filed: date
    evidence: Digest

    def __post_init__(self) -> None:
        if not 1 <= self.year <= 9999:
            raise ValueError(f"not a year of four digits: {self.year}")

    @property
    def instrument(self) -> InstrumentId:
        return InstrumentId.of(self.project, self.year)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseUnits:
    """What a pilot unit stood for has escaped again: as many units are cancelled for it.

    The buffer gives first, unless the owner is to `blame`: then the owner does.
    """

    TAG: ClassVar[str] = "reverse-units/1"
    instrument: InstrumentId
    owner: AccountId
    tonnes: Tonnes
    blame: bool
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseBuffer:
    """Give units of the buffer to the owner, when the method says they are not needed."""

    TAG: ClassVar[str] = "release-buffer/1"
    instrument: InstrumentId
    owner: AccountId
    tonnes: Tonnes
    evidence: Digest


Act = RecordUnits | ReverseUnits | ReleaseBuffer


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change, known from the act alone."""
    owner = act.account if isinstance(act, RecordUnits) else act.owner
    keys: frozenset[Key] = frozenset(
        {
            (Account, owner),
            (Instrument, act.instrument),
            (Holding, holding_key(owner, act.instrument)),
            (Holding, holding_key(BUFFER, act.instrument)),
        }
    )
    return keys | {(Project, act.project)} if isinstance(act, RecordUnits) else keys
