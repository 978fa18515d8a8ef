"""What can happen to credits in supervision: events and their fold; and all events joined."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from openccer.kernel.ids import AccountId, ActId, Digest, InstrumentId
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import State
from openccer.ledger import fold
from openccer.ledger.blocks import Block, Bucket, Movement, without
from openccer.ledger.records import Hold
from openccer.registry.supervision import events
from openccer.registry.supervision.records import (
    Case,
    CompensationOrder,
    Imposed,
    Party,
    PartyKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationOrdered:
    TAG: ClassVar[str] = "compensation-ordered/1"
    account: AccountId
    order: ActId
    case: ActId
    finding: ActId
    instrument: InstrumentId
    tonnes: Tonnes
    due: date
    imposed: Imposed


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsCompensated:
    """Credits cancelled for ever against the order, and the certificate of it."""

    TAG: ClassVar[str] = "credits-compensated/1"
    certificate: str
    account: AccountId
    order: ActId
    instrument: InstrumentId
    tonnes: Tonnes
    blocks: tuple[Block, ...]
    purpose: str
    on: date
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsCancelledByForce:
    TAG: ClassVar[str] = "credits-cancelled-by-force/1"
    certificate: str
    account: AccountId
    order: ActId
    instrument: InstrumentId
    tonnes: Tonnes
    blocks: tuple[Block, ...]
    purpose: str
    on: date
    evidence: Digest
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortfallRecorded:
    TAG: ClassVar[str] = "shortfall-recorded/1"
    order: ActId
    tonnes: Tonnes
    on: date
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsFrozen:
    TAG: ClassVar[str] = "credits-frozen/1"
    hold: ActId
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    reason: str
    until: date
    evidence: Digest
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeExtended:
    TAG: ClassVar[str] = "freeze-extended/1"
    hold: ActId
    until: date
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenCreditsReleased:
    """`evidence` is the order that ended it; None where its last day was over."""

    TAG: ClassVar[str] = "frozen-credits-released/1"
    hold: ActId
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    evidence: Digest | None
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsTransferredByJudgment:
    TAG: ClassVar[str] = "credits-transferred-by-judgment/1"
    hold: ActId
    account: AccountId
    target: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    judgment: Digest
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsRecalled:
    TAG: ClassVar[str] = "credits-recalled/1"
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    evidence: Digest
    movements: tuple[Movement, ...]


CreditEvent = (
    CompensationOrdered
    | CreditsCompensated
    | CreditsCancelledByForce
    | ShortfallRecorded
    | CreditsFrozen
    | FreezeExtended
    | FrozenCreditsReleased
    | CreditsTransferredByJudgment
    | CreditsRecalled
)
Event = events.Event | CreditEvent


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
    if isinstance(event, CreditEvent):
        return _apply_credits(state, event)
    return events.apply(state, event)


def _apply_credits(state: State, event: CreditEvent) -> State:
    match event:
        case CompensationOrdered():
            return _ordered(state, event)
        case CreditsCompensated():
            order = state.need(CompensationOrder, event.order)
            met = replace(order, compensated=order.compensated + event.tonnes)
            return fold.move(state.put(met), event.movements)
        case CreditsCancelledByForce():
            order = state.need(CompensationOrder, event.order)
            met = replace(order, forced=order.forced + event.tonnes)
            return fold.move(state.put(met), event.movements)
        case ShortfallRecorded():
            order = state.need(CompensationOrder, event.order)
            return state.put(replace(order, shortfall=event.tonnes))
        case CreditsRecalled():
            return fold.move(state, event.movements)
        case _:
            return _apply_freeze(state, event)


def _ordered(state: State, event: CompensationOrdered) -> State:
    order = CompensationOrder(
        id=event.order,
        sanction=event.imposed.id,
        case=event.case,
        account=event.account,
        instrument=event.instrument,
        ordered=event.tonnes,
        due=event.due,
        compensated=Tonnes(0),
        forced=Tonnes(0),
    )
    case = state.need(Case, event.case)
    found = case.finding(event.finding)
    assert found is not None, f"{event.finding} was decided on but is not in {case.id}"
    case = case.with_finding(replace(found, ordered=(*found.ordered, event.instrument)))
    state = state.put(case)
    party = Party(kind=PartyKind.ACCOUNT, id=event.account)
    return events.entered(state.put(order), party, event.imposed)


def _apply_freeze(
    state: State,
    event: CreditsFrozen | FreezeExtended | FrozenCreditsReleased | CreditsTransferredByJudgment,
) -> State:
    if isinstance(event, FreezeExtended):
        return state.put(replace(state.need(Hold, event.hold), until=event.until))
    if isinstance(event, CreditsFrozen):
        hold = Hold(
            id=event.hold,
            account=event.account,
            bucket=Bucket.FROZEN,
            blocks=tuple(movement.block for movement in event.movements),
            reason=event.reason,
            until=event.until,
        )
        return fold.move(state.put(hold), event.movements)
    hold = state.need(Hold, event.hold)
    left = hold.blocks
    for movement in event.movements:
        left = without(left, movement.block)
    return fold.move(state.put(replace(hold, blocks=left)), event.movements)
