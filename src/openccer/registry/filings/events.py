"""What can happen to a filing: events, past tense, and their fold. Tags never change."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import ActId, BodyId, Digest, ProjectId, ReductionId
from openccer.kernel.state import State
from openccer.registry.records import (
    CertificateStatement,
    Comment,
    CorrectiveRequest,
    Dossier,
    OwnerDelay,
    Project,
    ProjectState,
    Reduction,
    ReductionState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentFiled:
    TAG: ClassVar[str] = "comment-filed/1"
    project: ProjectId
    reduction: ReductionId | None
    comment: ActId
    digest: Digest
    received: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentAnswered:
    TAG: ClassVar[str] = "comment-answered/1"
    project: ProjectId
    reduction: ReductionId | None
    comment: ActId
    body: BodyId
    answer_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRaised:
    TAG: ClassVar[str] = "request-raised/1"
    project: ProjectId
    reduction: ReductionId | None
    request: ActId
    body: BodyId
    cause: str
    digest: Digest
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswered:
    TAG: ClassVar[str] = "request-answered/1"
    project: ProjectId
    reduction: ReductionId | None
    request: ActId
    evidence_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestClosed:
    TAG: ClassVar[str] = "request-closed/1"
    project: ProjectId
    reduction: ReductionId | None
    request: ActId
    body: BodyId
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayStated:
    TAG: ClassVar[str] = "delay-stated/1"
    project: ProjectId
    reduction: ReductionId | None
    body: BodyId
    cause: str
    period: Period
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperUploaded:
    TAG: ClassVar[str] = "paper-uploaded/1"
    project: ProjectId
    reduction: ReductionId | None
    body: BodyId
    document: str
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificatesStated:
    TAG: ClassVar[str] = "certificates-stated/1"
    project: ProjectId
    reduction: ReductionId | None
    period: Period
    generated_mwh: int
    traded_mwh: int
    withheld_mwh: int
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallAsked:
    TAG: ClassVar[str] = "recall-asked/1"
    project: ProjectId
    reduction: ReductionId | None
    reason: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallDecided:
    TAG: ClassVar[str] = "recall-decided/1"
    project: ProjectId
    reduction: ReductionId | None
    granted: bool
    reason: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRefused:
    """Not registered, and the owner told: the entry is the notice (articles 15, 22)."""

    TAG: ClassVar[str] = "application-refused/1"
    project: ProjectId
    reduction: ReductionId | None
    failed: tuple[str, ...]
    reasons: tuple[str, ...]
    on: date


Event = (
    CommentFiled
    | CommentAnswered
    | RequestRaised
    | RequestAnswered
    | RequestClosed
    | DelayStated
    | PaperUploaded
    | CertificatesStated
    | RecallAsked
    | RecallDecided
    | ApplicationRefused
)


def dossier(state: State, project: ProjectId, reduction: ReductionId | None) -> Dossier:
    """The dossier of the project or of the reduction; an empty one where nothing is filed yet."""
    subject = reduction or project
    return state.get(Dossier, subject) or Dossier(subject=subject)


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
    match event:
        case RecallAsked() | RecallDecided() | ApplicationRefused():
            return _passed(state, event)
        case _:
            return state.put(_filed(dossier(state, event.project, event.reduction), event))


def _filed(
    known: Dossier,
    event: CommentFiled
    | CommentAnswered
    | RequestRaised
    | RequestAnswered
    | RequestClosed
    | DelayStated
    | PaperUploaded
    | CertificatesStated,
) -> Dossier:
    match event:
        case CommentFiled():
            comment = Comment(id=event.comment, digest=event.digest, received=event.received)
            return replace(known, comments=(*known.comments, comment))
        case CommentAnswered():
            answered = tuple(
                replace(found, answer_digest=event.answer_digest)
                if found.id == event.comment
                else found
                for found in known.comments
            )
            return replace(known, comments=answered)
        case DelayStated():
            delay = OwnerDelay(cause=event.cause, period=event.period, digest=event.digest)
            return replace(known, delays=(*known.delays, delay))
        case PaperUploaded():
            return replace(known, papers={**known.papers, event.document: event.digest})
        case CertificatesStated():
            stated = CertificateStatement(
                period=event.period,
                generated_mwh=event.generated_mwh,
                traded_mwh=event.traded_mwh,
                withheld_mwh=event.withheld_mwh,
                digest=event.digest,
            )
            others = tuple(found for found in known.certificates if found.period != stated.period)
            return replace(known, certificates=(*others, stated))
        case _:
            return replace(known, requests=_requests(known.requests, event))


def _requests(
    known: tuple[CorrectiveRequest, ...], event: RequestRaised | RequestAnswered | RequestClosed
) -> tuple[CorrectiveRequest, ...]:
    if isinstance(event, RequestRaised):
        raised = CorrectiveRequest(
            id=event.request, cause=event.cause, digest=event.digest, raised_on=event.on
        )
        return (*known, raised)
    return tuple(
        found
        if found.id != event.request
        else replace(found, answers=(*found.answers, event.evidence_digest))
        if isinstance(event, RequestAnswered)
        else replace(found, closed_on=event.on)
        for found in known
    )


def _passed(state: State, event: RecallAsked | RecallDecided | ApplicationRefused) -> State:
    """The project or the reduction after a recall or a refusal."""
    project = state.need(Project, event.project)
    reduction = None if event.reduction is None else state.need(Reduction, event.reduction)
    match event:
        case RecallAsked():
            return state.put(replace(reduction or project, recall_asked_on=event.on))
        case RecallDecided(granted=False):
            return state.put(replace(reduction or project, recall_asked_on=None))
        case RecallDecided():
            if reduction is None:
                recalled = replace(project, state=ProjectState.RECALLED, ended_on=event.on)
                return state.put(recalled)
            left = tuple(found for found in project.filed if found.reduction != reduction.id)
            return state.put(
                replace(reduction, state=ReductionState.RECALLED, ended_on=event.on),
                replace(project, filed=left),
            )
        case ApplicationRefused():
            if reduction is None:
                refused = replace(project, state=ProjectState.REFUSED, refused_for=event.reasons)
                return state.put(refused)
            return state.put(
                replace(reduction, state=ReductionState.REFUSED, refused_for=event.reasons)
            )
