"""What can happen after a reconciliation: events, past tense, and their fold. Tags never change."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from openccer.kernel.ids import AccountId, ActId, Digest
from openccer.kernel.state import State
from openccer.ledger.records import Account, Bar, Restriction
from openccer.registry.reconciliation.acts import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBlocked:
    """`block` is the act, and so the restriction, that a later act lifts."""

    TAG: ClassVar[str] = "account-blocked/1"
    account: AccountId
    block: ActId
    since: date
    figures: tuple[Figure, ...]
    reconciliation_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUnblocked:
    TAG: ClassVar[str] = "account-unblocked/1"
    account: AccountId
    block: ActId
    figures: tuple[Figure, ...]
    reconciliation_digest: Digest


Event = AccountBlocked | AccountUnblocked


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
    account = state.need(Account, event.account)
    match event:
        case AccountBlocked():
            block = Restriction(
                id=event.block, bar=Bar.MOVING, since=event.since, until=None, rule=""
            )
            return state.put(replace(account, restrictions=(*account.restrictions, block)))
        case AccountUnblocked():
            left = tuple(found for found in account.restrictions if found.id != event.block)
            return state.put(replace(account, restrictions=left))
