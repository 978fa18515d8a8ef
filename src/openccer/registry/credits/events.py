"""What can happen of credits: events, past tense, and their fold. Tags never change."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from openccer.kernel.ids import (
    AccountId,
    Digest,
    InstrumentId,
    ProjectId,
    ReductionId,
)
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import State
from openccer.ledger import fold
from openccer.ledger.blocks import Block, Movement
from openccer.ledger.records import Account, Batch, Instrument
from openccer.registry.records import (
    Reduction,
    ReductionState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsIssued:
    """One batch: serials 1 to its tonnes, from the issuer to the owner."""

    TAG: ClassVar[str] = "credits-issued/1"
    reduction: ReductionId
    project: ProjectId
    batch: Batch
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsMovedToExchange:
    TAG: ClassVar[str] = "credits-moved-to-exchange/1"
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsMovedFromExchange:
    TAG: ClassVar[str] = "credits-moved-from-exchange/1"
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsDelivered:
    TAG: ClassVar[str] = "credits-delivered/1"
    trade: str
    seller: AccountId
    buyer: AccountId
    tonnes: Tonnes
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsCancelled:
    """Credits cancelled for ever, and the certificate of it (registration rules, article 15)."""

    TAG: ClassVar[str] = "credits-cancelled/1"
    certificate: str
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    blocks: tuple[Block, ...]
    purpose: str
    beneficiary: str
    on: date
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsTransferred:
    TAG: ClassVar[str] = "credits-transferred/1"
    source: AccountId
    target: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    cause: str
    evidence: Digest
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferTermsSet:
    TAG: ClassVar[str] = "transfer-terms-set/1"
    account: AccountId
    delay: int
    trusted: tuple[AccountId, ...]


Event = (
    CreditsIssued
    | CreditsMovedToExchange
    | CreditsMovedFromExchange
    | CreditsDelivered
    | CreditsCancelled
    | CreditsTransferred
    | TransferTermsSet
)


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
    if isinstance(event, CreditsIssued):
        return _issued(state, event)
    if isinstance(event, TransferTermsSet):
        account = state.need(Account, event.account)
        return state.put(replace(account, delay=event.delay, trusted=event.trusted))
    return fold.move(state, event.movements)


def _issued(state: State, event: CreditsIssued) -> State:
    reduction = state.need(Reduction, event.reduction)
    instrument = event.batch.id.instrument
    known = state.get(Instrument, instrument)
    before = known or Instrument(
        id=instrument, project=event.project, year=instrument.year, batches=()
    )
    after = replace(before, batches=(*before.batches, event.batch))
    state = state.put(after, replace(reduction, state=ReductionState.ISSUED))
    return fold.move(state, event.movements)
