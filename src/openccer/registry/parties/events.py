"""What can happen of parties: events, past tense, and their fold. Tags never change."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import (
    AccountId,
    BodyId,
    Digest,
    Uscc,
)
from openccer.kernel.state import State
from openccer.ledger.records import Account
from openccer.mandate.model import ONLY
from openccer.registry.records import (
    Body,
    ConfirmedParameters,
    Subject,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyApproved:
    TAG: ClassVar[str] = "body-approved/1"
    body: BodyId
    uscc: Uscc
    name: str
    fields: tuple[str, ...]
    approved: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOpened:
    TAG: ClassVar[str] = "account-opened/1"
    account: AccountId
    uscc: Uscc
    name: str
    holder_types: tuple[str, ...]
    legal_form: str
    opened_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingAccountBound:
    TAG: ClassVar[str] = "trading-account-bound/1"
    account: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class ParametersConfirmed:
    TAG: ClassVar[str] = "parameters-confirmed/1"
    methodology: str
    digest: Digest
    statement: str


Event = BodyApproved | AccountOpened | TradingAccountBound | ParametersConfirmed


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
    match event:
        case BodyApproved():
            return state.put(
                Body(
                    id=event.body,
                    uscc=event.uscc,
                    name=event.name,
                    fields=event.fields,
                    approved=event.approved,
                )
            )
        case AccountOpened():
            account = Account(
                id=event.account,
                uscc=event.uscc,
                name=event.name,
                holder_types=event.holder_types,
                legal_form=event.legal_form,
                opened_on=event.opened_on,
                trading=False,
            )
            return state.put(account, Subject(uscc=event.uscc, account=event.account))
        case TradingAccountBound():
            return state.put(replace(state.need(Account, event.account), trading=True))
        case ParametersConfirmed():
            known = state.get(ConfirmedParameters, ONLY)
            before = known.digests if known else {}
            digests = {**before, event.methodology: event.digest}
            return state.put(ConfirmedParameters(digests=digests))
