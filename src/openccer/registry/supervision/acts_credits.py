"""What can be asked of credits in supervision: orders to compensate, freezes, and all acts joined.

What each act touches follows from its fields, which mean the same in every act of this room.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from openccer.kernel.ids import AccountId, ActId, Digest, InstrumentId
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Key
from openccer.ledger.blocks import Holding, holding_key
from openccer.ledger.records import Account, Hold, Instrument
from openccer.registry.records import Body, Project
from openccer.registry.supervision.acts import CaseAct, ReportBreach, ReviewAct, SanctionAct
from openccer.registry.supervision.records import (
    Case,
    CompensationOrder,
    CreditRecord,
    Party,
    PartyKind,
    PublicReport,
)

# --- false credits ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCompensation:
    """Order an owner to cancel as many credits as were false, by a day (article 43)."""

    TAG: ClassVar[str] = "order-compensation/1"
    case: ActId
    authority: str
    account: AccountId
    finding: ActId
    order: ActId
    instrument: InstrumentId
    tonnes: Tonnes
    due: date
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Compensate:
    """The owner cancels its own credits, of any instrument, against the order."""

    TAG: ClassVar[str] = "compensate/1"
    account: AccountId
    order: ActId
    instrument: InstrumentId
    tonnes: Tonnes


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelByForce:
    """After the due day the registry cancels credits of the owner, on the authority's notice."""

    TAG: ClassVar[str] = "cancel-by-force/1"
    account: AccountId
    order: ActId
    instrument: InstrumentId
    tonnes: Tonnes
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordShortfall:
    """Record what the owner no longer holds and must hand back (责令退回)."""

    TAG: ClassVar[str] = "record-shortfall/1"
    case: ActId
    authority: str
    order: ActId
    evidence: Digest


# --- freezes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeCredits:
    """Freeze credits on the order of a court or authority, until a day (registration rules, 16)."""

    TAG: ClassVar[str] = "freeze-credits/1"
    hold: ActId
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    reason: str
    until: date
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendFreeze:
    """Freeze the same credits for longer, on a new order, while the freeze still holds."""

    TAG: ClassVar[str] = "extend-freeze/1"
    hold: ActId
    until: date
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFrozenCredits:
    """End a freeze before its last day, on the order of the one who set it."""

    TAG: ClassVar[str] = "release-frozen-credits/1"
    hold: ActId
    account: AccountId
    instrument: InstrumentId
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class EndFreeze:
    """After its last day anyone may ask that a freeze end."""

    TAG: ClassVar[str] = "end-freeze/1"
    hold: ActId
    account: AccountId
    instrument: InstrumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferByJudgment:
    """Move frozen credits to another account on a judgment in force (registration rules, 16)."""

    TAG: ClassVar[str] = "transfer-by-judgment/1"
    hold: ActId
    account: AccountId
    target: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    judgment: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallCredits:
    """Bring credits back from the exchange on an order, to be frozen or cancelled."""

    TAG: ClassVar[str] = "recall-credits/1"
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    evidence: Digest


CreditAct = (
    OrderCompensation
    | Compensate
    | CancelByForce
    | RecordShortfall
    | FreezeCredits
    | ExtendFreeze
    | ReleaseFrozenCredits
    | EndFreeze
    | TransferByJudgment
    | RecallCredits
)
Act = CaseAct | ReportBreach | SanctionAct | ReviewAct | CreditAct


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change, known from the act alone."""
    return frozenset((*_named(act), *_of_credits(act), *_of_parties(act)))


def _named(act: Act) -> Iterator[Key]:
    """What an act names by its id: a case, an order, a freeze, a report, a project."""
    for field, kind in (
        ("case", Case),
        ("hold", Hold),
        ("report", PublicReport),
        ("project", Project),
    ):
        name = getattr(act, field, None)
        if name is not None:
            yield (kind, name)
    order = getattr(act, "order", None)
    if isinstance(order, ActId):
        yield (CompensationOrder, order)


def _of_credits(act: Act) -> Iterator[Key]:
    """The holdings of an act that names an instrument, and of the account it goes to."""
    for false in getattr(act, "false_tonnes", ()):
        yield (Instrument, false)
    instrument = getattr(act, "instrument", None)
    if instrument is None:
        return
    yield (Instrument, instrument)
    for field in ("account", "target"):
        account = getattr(act, field, None)
        if account is not None:
            yield (Holding, holding_key(account, instrument))


def _of_parties(act: Act) -> Iterator[Key]:
    """The accounts and bodies of an act, and their credit records."""
    parties = list(_parties(act))
    for party in parties:
        kind = Account if party.kind is PartyKind.ACCOUNT else Body
        yield (kind, party.id)
        yield (CreditRecord, party.key)


def _parties(act: Act) -> Iterator[Party]:
    party: Any = getattr(act, "party", None)
    if party is not None:
        yield party
    for field, kind in (
        ("account", PartyKind.ACCOUNT),
        ("target", PartyKind.ACCOUNT),
        ("body", PartyKind.BODY),
    ):
        name = getattr(act, field, None)
        if name is not None:
            yield Party(kind=kind, id=name)
