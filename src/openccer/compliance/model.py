"""Obligations and surrender: record, acts, events, fold."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from openccer.kernel.ids import AccountId, InstrumentId
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Key, State
from openccer.ledger import fold
from openccer.ledger.blocks import Block, Holding, Movement, holding_key
from openccer.ledger.records import Account, Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """What a key emitter must surrender for a year: its verified emissions (应清缴配额)."""

    KIND: ClassVar[str] = "obligation"

    account: AccountId
    year: int
    verified: Tonnes
    offset: Tonnes  # met with credits so far

    @property
    def key(self) -> str:
        return obligation_key(self.account, self.year)


def obligation_key(account: AccountId, year: int) -> str:
    return f"{account}/{year:04d}"


# --- acts ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordObligation:
    """The authority records a unit's verified emissions of a year."""

    TAG: ClassVar[str] = "record-obligation/1"
    account: AccountId
    year: int
    verified: Tonnes


@dataclass(frozen=True, slots=True, kw_only=True)
class SurrenderCredits:
    """A key emitter meets part of its obligation with credits, which are cancelled (article 28)."""

    TAG: ClassVar[str] = "surrender-credits/1"
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    year: int


Act = RecordObligation | SurrenderCredits


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change."""
    obligation: Key = (Obligation, obligation_key(act.account, act.year))
    match act:
        case RecordObligation():
            return frozenset({(Account, act.account), obligation})
        case SurrenderCredits():
            holding: Key = (Holding, holding_key(act.account, act.instrument))
            return frozenset(
                {(Account, act.account), obligation, holding, (Instrument, act.instrument)}
            )


# --- events -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationRecorded:
    TAG: ClassVar[str] = "obligation-recorded/1"
    account: AccountId
    year: int
    verified: Tonnes


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsSurrendered:
    """Credits cancelled against an obligation; `allowed` is the year's limit as it was decided."""

    TAG: ClassVar[str] = "credits-surrendered/1"
    certificate: str
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    blocks: tuple[Block, ...]
    year: int
    allowed: Tonnes
    on: date
    movements: tuple[Movement, ...]


Event = ObligationRecorded | CreditsSurrendered


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
    match event:
        case ObligationRecorded():
            return state.put(
                Obligation(
                    account=event.account,
                    year=event.year,
                    verified=event.verified,
                    offset=Tonnes(0),
                )
            )
        case CreditsSurrendered():
            obligation = state.need(Obligation, obligation_key(event.account, event.year))
            met = replace(obligation, offset=obligation.offset + event.tonnes)
            return fold.move(state.put(met), event.movements)
