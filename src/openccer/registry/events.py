"""What can happen in the registry: events, past tense, and their fold. Tags never change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import (
    AccountId,
    BodyId,
    Digest,
    InstrumentId,
    ProjectId,
    ReductionId,
    Uscc,
)
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import State
from openccer.ledger import fold
from openccer.ledger.blocks import Block, Movement
from openccer.ledger.records import Account, Batch, Instrument
from openccer.mandate.model import ONLY
from openccer.registry.records import (
    Body,
    ConfirmedParameters,
    Project,
    ProjectState,
    Reduction,
    ReductionState,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignPublished:
    TAG: ClassVar[str] = "design-published/1"
    project: ProjectId
    owner: AccountId
    name: str
    methodology: str
    validator: BodyId
    design_digest: Digest
    construction_started: date
    crediting: Period
    ets_managed: bool
    publicity: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectValidated:
    TAG: ClassVar[str] = "project-validated/1"
    project: ProjectId
    body: BodyId
    report_digest: Digest
    positive: bool
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectAppliedFor:
    TAG: ClassVar[str] = "project-applied-for/1"
    project: ProjectId
    received: date
    decide_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRegistered:
    TAG: ClassVar[str] = "project-registered/1"
    project: ProjectId
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReductionPublished:
    TAG: ClassVar[str] = "reduction-published/1"
    reduction: ReductionId
    project: ProjectId
    period: Period
    by_year: Mapping[int, Tonnes]
    report_digest: Digest
    dataset_digest: Digest
    rules: tuple[str, ...]
    verifier: BodyId
    publicity: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class ReductionVerified:
    TAG: ClassVar[str] = "reduction-verified/1"
    reduction: ReductionId
    body: BodyId
    report_digest: Digest
    verified: Mapping[int, Tonnes]
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReductionAppliedFor:
    TAG: ClassVar[str] = "reduction-applied-for/1"
    reduction: ReductionId
    received: date
    decide_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReductionRegistered:
    TAG: ClassVar[str] = "reduction-registered/1"
    reduction: ReductionId
    project: ProjectId
    period: Period
    tonnes: Tonnes
    on: date


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


CreditEvent = (
    CreditsIssued
    | CreditsMovedToExchange
    | CreditsMovedFromExchange
    | CreditsDelivered
    | CreditsCancelled
)
ProjectEvent = DesignPublished | ProjectValidated | ProjectAppliedFor | ProjectRegistered
ReductionEvent = ReductionPublished | ReductionVerified | ReductionAppliedFor | ReductionRegistered
PartyEvent = BodyApproved | AccountOpened | TradingAccountBound
Event = PartyEvent | ParametersConfirmed | ProjectEvent | ReductionEvent | CreditEvent


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
    match event:
        case BodyApproved() | AccountOpened() | TradingAccountBound():
            return _apply_party(state, event)
        case ParametersConfirmed():
            known = state.get(ConfirmedParameters, ONLY)
            before = known.digests if known else {}
            digests = {**before, event.methodology: event.digest}
            return state.put(ConfirmedParameters(digests=digests))
        case DesignPublished() | ProjectValidated() | ProjectAppliedFor() | ProjectRegistered():
            return _apply_project(state, event)
        case CreditsIssued():
            return _apply_issue(state, event)
        case (
            CreditsMovedToExchange()
            | CreditsMovedFromExchange()
            | CreditsDelivered()
            | CreditsCancelled()
        ):
            return fold.move(state, event.movements)
        case _:
            return _apply_reduction(state, event)


def _apply_party(state: State, event: PartyEvent) -> State:
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


def _apply_project(state: State, event: ProjectEvent) -> State:
    match event:
        case DesignPublished():
            return state.put(_published_project(event))
        case ProjectValidated():
            found = ProjectState.VALIDATED if event.positive else ProjectState.REJECTED
            project = state.need(Project, event.project)
            return state.put(replace(project, state=found, validated_on=event.on))
        case ProjectAppliedFor():
            project = state.need(Project, event.project)
            applied = replace(project, state=ProjectState.APPLIED, applied_on=event.received)
            return state.put(applied)
        case ProjectRegistered():
            project = state.need(Project, event.project)
            registered = replace(project, state=ProjectState.REGISTERED, registered_on=event.on)
            return state.put(registered)


def _published_project(event: DesignPublished) -> Project:
    return Project(
        id=event.project,
        owner=event.owner,
        name=event.name,
        methodology=event.methodology,
        validator=event.validator,
        design_digest=event.design_digest,
        construction_started=event.construction_started,
        crediting=event.crediting,
        ets_managed=event.ets_managed,
        state=ProjectState.PUBLISHED,
        publicity=event.publicity,
        validated_on=None,
        applied_on=None,
        registered_on=None,
        claimed=(),
    )


def _apply_reduction(state: State, event: ReductionEvent) -> State:
    match event:
        case ReductionPublished():
            return state.put(_published_reduction(event))
        case ReductionVerified():
            reduction = state.need(Reduction, event.reduction)
            return state.put(
                replace(reduction, state=ReductionState.VERIFIED, verified=event.verified)
            )
        case ReductionAppliedFor():
            reduction = state.need(Reduction, event.reduction)
            return state.put(
                replace(reduction, state=ReductionState.APPLIED, applied_on=event.received)
            )
        case ReductionRegistered():
            reduction = state.need(Reduction, event.reduction)
            project = state.need(Project, event.project)
            return state.put(
                replace(reduction, state=ReductionState.REGISTERED, registered_on=event.on),
                replace(project, claimed=(*project.claimed, event.period)),
            )


def _published_reduction(event: ReductionPublished) -> Reduction:
    return Reduction(
        id=event.reduction,
        project=event.project,
        period=event.period,
        by_year=event.by_year,
        report_digest=event.report_digest,
        dataset_digest=event.dataset_digest,
        rules=event.rules,
        verifier=event.verifier,
        state=ReductionState.PUBLISHED,
        publicity=event.publicity,
        verified={},
        applied_on=None,
        registered_on=None,
    )


def _apply_issue(state: State, event: CreditsIssued) -> State:
    reduction = state.need(Reduction, event.reduction)
    instrument = event.batch.id.instrument
    known = state.get(Instrument, instrument)
    before = known or Instrument(
        id=instrument, project=event.project, year=int(instrument.rsplit(".", 1)[1]), batches=()
    )
    after = replace(before, batches=(*before.batches, event.batch))
    state = state.put(after, replace(reduction, state=ReductionState.ISSUED))
    return fold.move(state, event.movements)
