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
from openccer.registry.parties.earlier import BodyApproved1
from openccer.registry.records import (
    BarredParty,
    Body,
    ConfirmedParameters,
    Interest,
    KeyEmitter,
    Subject,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyApproved:
    TAG: ClassVar[str] = "body-approved/2"
    body: BodyId
    uscc: Uscc
    name: str
    fields: tuple[str, ...]
    approved: Period
    qualified_staff: int
    experienced_staff: int


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalChanged:
    TAG: ClassVar[str] = "approval-changed/1"
    body: BodyId
    fields: tuple[str, ...]
    approved: Period
    qualified_staff: int
    experienced_staff: int
    evidence_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalEnded:
    TAG: ClassVar[str] = "approval-ended/1"
    body: BodyId
    reason: str
    evidence_digest: Digest
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestDeclared:
    TAG: ClassVar[str] = "interest-declared/1"
    body: BodyId
    account: AccountId
    kind: str
    evidence_digest: Digest
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyYearReported:
    TAG: ClassVar[str] = "body-year-reported/1"
    body: BodyId
    year: int
    digest: Digest
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyBarred:
    TAG: ClassVar[str] = "party-barred/1"
    party: str
    kind: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyUnbarred:
    """The bar ends: `until` is its last day."""

    TAG: ClassVar[str] = "party-unbarred/1"
    party: str
    evidence_digest: Digest
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEmittersListed:
    TAG: ClassVar[str] = "key-emitters-listed/1"
    year: int
    entities: tuple[Uscc, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged:
    TAG: ClassVar[str] = "account-changed/1"
    account: AccountId
    name: str
    holder_types: tuple[str, ...]
    evidence_digest: Digest
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentativeNamed:
    TAG: ClassVar[str] = "representative-named/1"
    account: AccountId
    person: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClosed:
    TAG: ClassVar[str] = "account-closed/1"
    account: AccountId
    uscc: Uscc
    cause: str
    evidence_digest: Digest
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingAccountUnbound:
    TAG: ClassVar[str] = "trading-account-unbound/1"
    account: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestEnded:
    TAG: ClassVar[str] = "interest-ended/1"
    body: BodyId
    account: AccountId
    kind: str
    evidence_digest: Digest
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningRefused:
    """No account, and the applicant told: the entry is the notice; no record changes."""

    TAG: ClassVar[str] = "opening-refused/1"
    uscc: Uscc
    name: str
    failed: tuple[str, ...]
    reasons: tuple[str, ...]
    on: date


BodyEvent = (
    BodyApproved1
    | BodyApproved
    | ApprovalChanged
    | ApprovalEnded
    | InterestDeclared
    | InterestEnded
    | BodyYearReported
)
AccountEvent = (
    AccountOpened
    | AccountChanged
    | RepresentativeNamed
    | AccountClosed
    | TradingAccountBound
    | TradingAccountUnbound
)
ListEvent = PartyBarred | PartyUnbarred | KeyEmittersListed | ParametersConfirmed
Event = BodyEvent | AccountEvent | ListEvent | OpeningRefused


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
    if isinstance(event, BodyEvent):
        return state.put(_body(state, event))
    if isinstance(event, AccountEvent):
        return _account(state, event)
    if isinstance(event, OpeningRefused):
        return state
    return _listed(state, event)


def _body(state: State, event: BodyEvent) -> Body:
    match event:
        case BodyApproved1() | BodyApproved():
            staffed = event if isinstance(event, BodyApproved) else None
            return Body(
                id=event.body,
                uscc=event.uscc,
                name=event.name,
                fields=event.fields,
                approved=event.approved,
                qualified_staff=staffed.qualified_staff if staffed else None,
                experienced_staff=staffed.experienced_staff if staffed else None,
            )
        case ApprovalChanged():
            return replace(
                state.need(Body, event.body),
                fields=event.fields,
                approved=event.approved,
                qualified_staff=event.qualified_staff,
                experienced_staff=event.experienced_staff,
            )
        case ApprovalEnded():
            return replace(state.need(Body, event.body), withdrawn_on=event.on)
        case InterestDeclared():
            body = state.need(Body, event.body)
            interest = Interest(
                account=event.account,
                kind=event.kind,
                declared_on=event.on,
                evidence_digest=event.evidence_digest,
            )
            return replace(body, interests=(*body.interests, interest))
        case InterestEnded():
            body = state.need(Body, event.body)
            ended = (event.account, event.kind)
            left = tuple(one for one in body.interests if (one.account, one.kind) != ended)
            return replace(body, interests=left)
        case BodyYearReported():
            body = state.need(Body, event.body)
            return replace(body, reports=(*body.reports, event.year))


def _account(state: State, event: AccountEvent) -> State:
    if isinstance(event, AccountOpened):
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
    known = state.need(Account, event.account)
    match event:
        case AccountChanged():
            return state.put(replace(known, name=event.name, holder_types=event.holder_types))
        case RepresentativeNamed():
            return state.put(replace(known, representative=event.person))
        case TradingAccountBound():
            return state.put(replace(known, trading=True))
        case TradingAccountUnbound():
            return state.put(replace(known, trading=False))
        case AccountClosed():
            subject = Subject(uscc=event.uscc, account=event.account, closed=True)
            return state.put(replace(known, closed_on=event.on), subject)


def _listed(state: State, event: ListEvent) -> State:
    match event:
        case PartyBarred():
            barred = BarredParty(party=event.party, kind=event.kind, since=event.since, until=None)
            return state.put(barred)
        case PartyUnbarred():
            return state.put(replace(state.need(BarredParty, event.party), until=event.until))
        case KeyEmittersListed():
            return state.put(*(_emitter(state, uscc, event.year) for uscc in event.entities))
        case ParametersConfirmed():
            known = state.get(ConfirmedParameters, ONLY)
            before = known.digests if known else {}
            digests = {**before, event.methodology: event.digest}
            return state.put(ConfirmedParameters(digests=digests))


def _emitter(state: State, uscc: Uscc, year: int) -> KeyEmitter:
    known = state.get(KeyEmitter, uscc)
    years = known.years if known else ()
    return KeyEmitter(uscc=uscc, years=tuple(sorted({*years, year})))
