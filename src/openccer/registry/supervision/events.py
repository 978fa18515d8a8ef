"""What can happen to cases and parties in supervision: events and their fold. Tags never change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import AccountId, ActId, BodyId, Digest, InstrumentId, ProjectId
from openccer.kernel.quantity import Fen, Tonnes
from openccer.kernel.state import State
from openccer.ledger.records import Account, Restriction
from openccer.registry.records import Body, Project, ProjectState
from openccer.registry.supervision.penalties import PenaltyLine
from openccer.registry.supervision.records import (
    Case,
    CompensationOrder,
    CreditEntry,
    CreditRecord,
    Finding,
    Imposed,
    Party,
    PartyKind,
    PublicReport,
    SanctionState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionOpened:
    TAG: ClassVar[str] = "inspection-opened/1"
    case: ActId
    authority: str
    party: Party
    project: ProjectId | None
    on: date
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecorded:
    TAG: ClassVar[str] = "finding-recorded/1"
    case: ActId
    finding: ActId
    breach: str
    breached: Period
    evidence: Digest
    wilful: bool
    serious: bool
    harm: bool
    gains: Fen
    false_tonnes: Mapping[InstrumentId, Tonnes]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionOrdered:
    TAG: ClassVar[str] = "correction-ordered/1"
    case: ActId
    finding: ActId
    due: date
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRecorded:
    TAG: ClassVar[str] = "correction-recorded/1"
    case: ActId
    finding: ActId
    on: date
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed:
    TAG: ClassVar[str] = "case-closed/1"
    case: ActId
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachReported:
    TAG: ClassVar[str] = "breach-reported/1"
    report: ActId
    about: str
    evidence: Digest
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyImposed:
    """`lines` are the working of the range that the fine lies in."""

    TAG: ClassVar[str] = "penalty-imposed/1"
    party: Party
    finding: ActId
    rule: str  # as it was named; `imposed` has the version the numbers come from
    imposed: Imposed
    lines: tuple[PenaltyLine, ...]
    fine: Fen
    confiscated: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureOrdered:
    TAG: ClassVar[str] = "measure-ordered/1"
    party: Party
    finding: ActId
    imposed: Imposed
    share: Decimal | None
    tonnes: Tonnes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRestricted:
    TAG: ClassVar[str] = "account-restricted/1"
    account: AccountId
    cause: str
    imposed: Imposed
    restriction: Restriction


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionLifted:
    TAG: ClassVar[str] = "restriction-lifted/1"
    account: AccountId
    sanction: ActId
    on: date
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingSuspended:
    TAG: ClassVar[str] = "trading-suspended/1"
    account: AccountId
    imposed: Imposed
    restriction: Restriction


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingResumed:
    TAG: ClassVar[str] = "trading-resumed/1"
    account: AccountId
    sanction: ActId
    reversed: bool
    on: date
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingBarred:
    TAG: ClassVar[str] = "filing-barred/1"
    account: AccountId
    imposed: Imposed
    restriction: Restriction


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRevoked:
    """The registration is gone, and for some years the owner's filings are not accepted."""

    TAG: ClassVar[str] = "project-revoked/1"
    account: AccountId
    project: ProjectId
    imposed: Imposed
    restriction: Restriction


@dataclass(frozen=True, slots=True, kw_only=True)
class BodySuspended:
    TAG: ClassVar[str] = "body-suspended/1"
    body: BodyId
    imposed: Imposed
    restriction: Restriction


@dataclass(frozen=True, slots=True, kw_only=True)
class BodySuspensionEnded:
    TAG: ClassVar[str] = "body-suspension-ended/1"
    body: BodyId
    sanction: ActId
    on: date
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWithdrawn:
    TAG: ClassVar[str] = "approval-withdrawn/1"
    body: BodyId
    imposed: Imposed
    restriction: Restriction
    persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionFiled:
    TAG: ClassVar[str] = "objection-filed/1"
    party: Party
    sanction: ActId
    on: date
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionUpheld:
    TAG: ClassVar[str] = "sanction-upheld/1"
    party: Party
    sanction: ActId
    on: date
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionReversed:
    """What the sanction set is lifted. `claim` are tonnes cancelled for it: they stay so."""

    TAG: ClassVar[str] = "sanction-reversed/1"
    party: Party
    sanction: ActId
    project: ProjectId | None
    order: ActId | None
    claim: Tonnes
    on: date
    evidence: Digest


CaseEvent = InspectionOpened | FindingRecorded | CorrectionOrdered | CorrectionRecorded | CaseClosed
Restricting = (
    AccountRestricted
    | TradingSuspended
    | FilingBarred
    | ProjectRevoked
    | BodySuspended
    | ApprovalWithdrawn
)
Ending = RestrictionLifted | TradingResumed | BodySuspensionEnded | SanctionReversed
Event = (
    CaseEvent
    | BreachReported
    | PenaltyImposed
    | MeasureOrdered
    | Restricting
    | Ending
    | ObjectionFiled
    | SanctionUpheld
)


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
    match event:
        case BreachReported():
            report = PublicReport(
                id=event.report, about=event.about, evidence=event.evidence, on=event.on
            )
            return state.put(report)
        case PenaltyImposed():
            return entered(_fined(state, event), event.party, event.imposed)
        case MeasureOrdered():
            return entered(state, event.party, event.imposed)
        case ObjectionFiled():
            return _answered(state, event.party, event.sanction, event.evidence)
        case SanctionUpheld():
            return _answered(state, event.party, event.sanction, None)
        case (
            InspectionOpened()
            | FindingRecorded()
            | CorrectionOrdered()
            | CorrectionRecorded()
            | CaseClosed()
        ):
            return state.put(_case(state, event))
        case RestrictionLifted() | TradingResumed() | BodySuspensionEnded() | SanctionReversed():
            return _ended(state, event)
        case _:
            return _restricted(state, event)


def _case(state: State, event: CaseEvent) -> Case:
    match event:
        case InspectionOpened():
            return Case(
                id=event.case,
                authority=event.authority,
                party=event.party,
                project=event.project,
                opened_on=event.on,
            )
        case FindingRecorded():
            return state.need(Case, event.case).with_finding(_found(event))
        case CorrectionOrdered():
            case = state.need(Case, event.case)
            found = _finding(case, event.finding)
            return case.with_finding(replace(found, correct_by=event.due))
        case CorrectionRecorded():
            case = state.need(Case, event.case)
            found = _finding(case, event.finding)
            return case.with_finding(replace(found, corrected_on=event.on))
        case CaseClosed():
            return replace(state.need(Case, event.case), closed_on=event.on)


def _found(event: FindingRecorded) -> Finding:
    return Finding(
        id=event.finding,
        breach=event.breach,
        breached=event.breached,
        evidence=event.evidence,
        wilful=event.wilful,
        serious=event.serious,
        harm=event.harm,
        gains=event.gains,
        false_tonnes=event.false_tonnes,
    )


def _finding(case: Case, finding: ActId) -> Finding:
    found = case.finding(finding)
    assert found is not None, f"{finding} was decided on but is not in {case.id}"
    return found


def _fined(state: State, event: PenaltyImposed) -> State:
    assert event.imposed.case is not None
    case = state.need(Case, event.imposed.case)
    found = _finding(case, event.finding)
    return state.put(case.with_finding(replace(found, fined=(*found.fined, event.rule))))


def entered(state: State, party: Party, imposed: Imposed) -> State:
    """The sanction stands in the party's credit record, after the others."""
    known = state.get(CreditRecord, party.key) or CreditRecord(party=party)
    entries = (*known.entries, CreditEntry(imposed=imposed))
    return state.put(replace(known, entries=entries))


def _answered(state: State, party: Party, sanction: ActId, objection: Digest | None) -> State:
    record = state.need(CreditRecord, party.key)
    entry = record.entry(sanction)
    assert entry is not None, f"{sanction} was decided on but is not in {party.key}"
    return state.put(record.with_entry(replace(entry, objection=objection)))


def _restricted(state: State, event: Restricting) -> State:
    """The restriction stands with the account or body, and the sanction in its credit record."""
    if isinstance(event, ProjectRevoked):
        project = state.need(Project, event.project)
        state = state.put(replace(project, state=ProjectState.REVOKED))
    party = _party(event)
    if party.kind is PartyKind.ACCOUNT:
        account = state.need(Account, party.id)
        state = state.put(replace(account, restrictions=(*account.restrictions, event.restriction)))
    else:
        body = state.need(Body, party.id)
        state = state.put(replace(body, restrictions=(*body.restrictions, event.restriction)))
    return entered(state, party, event.imposed)


def _party(event: Restricting | Ending) -> Party:
    if isinstance(event, SanctionReversed):
        return event.party
    if isinstance(event, BodySuspended | BodySuspensionEnded | ApprovalWithdrawn):
        return Party(kind=PartyKind.BODY, id=event.body)
    return Party(kind=PartyKind.ACCOUNT, id=event.account)


def _ended(state: State, event: Ending) -> State:
    """What the sanction set is gone: restriction, revocation, order; its entry says how."""
    party, undone = _party(event), _is_reversal(event)
    record = state.need(CreditRecord, party.key)
    entry = record.entry(event.sanction)
    assert entry is not None, f"{event.sanction} was decided on but is not in {party.key}"
    after = SanctionState.REVERSED if undone else SanctionState.ENDED
    ended = replace(entry, state=after, changed_on=event.on, objection=None)
    state = _unrestricted(state.put(record.with_entry(ended)), party, event.sanction)
    if not isinstance(event, SanctionReversed):
        return state
    if event.project is not None:
        project = state.need(Project, event.project)
        state = state.put(replace(project, state=ProjectState.REGISTERED))
    if event.order is not None:
        order = state.need(CompensationOrder, event.order)
        state = state.put(replace(order, reversed_on=event.on, claim=event.claim))
    return state


def _is_reversal(event: Ending) -> bool:
    return isinstance(event, SanctionReversed) or getattr(event, "reversed", False)


def _unrestricted(state: State, party: Party, sanction: ActId) -> State:
    if party.kind is PartyKind.ACCOUNT:
        account = state.need(Account, party.id)
        left = tuple(found for found in account.restrictions if found.id != sanction)
        return state.put(replace(account, restrictions=left))
    body = state.need(Body, party.id)
    left = tuple(found for found in body.restrictions if found.id != sanction)
    return state.put(replace(body, restrictions=left))
