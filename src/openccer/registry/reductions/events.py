"""What can happen of reductions: events, past tense, and their fold. Tags never change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import (
    BodyId,
    Digest,
    MeterId,
    ProjectId,
    ReductionId,
)
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import State
from openccer.registry.records import (
    Filed,
    Meter,
    MeterClaim,
    Paper,
    Project,
    Reduction,
    ReductionState,
)
from openccer.registry.reductions.earlier import ReductionAppliedFor1, ReductionRegistered1


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
    TAG: ClassVar[str] = "reduction-applied-for/2"
    reduction: ReductionId
    documents: tuple[Paper, ...]
    received: date
    decide_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReductionRegistered:
    TAG: ClassVar[str] = "reduction-registered/2"
    reduction: ReductionId
    project: ProjectId
    period: Period
    tonnes: Tonnes
    meters: tuple[MeterId, ...]
    on: date


Event = (
    ReductionPublished
    | ReductionVerified
    | ReductionAppliedFor1
    | ReductionAppliedFor
    | ReductionRegistered1
    | ReductionRegistered
)


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
    match event:
        case ReductionPublished():
            project = state.need(Project, event.project)
            filed = Filed(reduction=event.reduction, period=event.period)
            return state.put(
                _published_reduction(event), replace(project, filed=(*project.filed, filed))
            )
        case ReductionVerified():
            reduction = state.need(Reduction, event.reduction)
            return state.put(
                replace(
                    reduction,
                    state=ReductionState.VERIFIED,
                    verified=event.verified,
                    verification_digest=event.report_digest,
                )
            )
        case ReductionAppliedFor1() | ReductionAppliedFor():
            reduction = state.need(Reduction, event.reduction)
            return state.put(
                replace(reduction, state=ReductionState.APPLIED, applied_on=event.received)
            )
        case ReductionRegistered1():
            return _registered(state, event)
        case ReductionRegistered():
            claim = MeterClaim(period=event.period, reduction=event.reduction)
            return _registered(state, event).put(
                *(_claimed(state, meter, claim) for meter in event.meters)
            )


def _registered(state: State, event: ReductionRegistered1 | ReductionRegistered) -> State:
    reduction = state.need(Reduction, event.reduction)
    project = state.need(Project, event.project)
    left = tuple(found for found in project.filed if found.reduction != event.reduction)
    claimed = (*project.claimed, event.period)
    return state.put(
        replace(reduction, state=ReductionState.REGISTERED, registered_on=event.on),
        replace(project, claimed=claimed, filed=left, last_claimed_on=event.on),
    )


def _claimed(state: State, meter: MeterId, claim: MeterClaim) -> Meter:
    known = state.get(Meter, meter) or Meter(id=meter, claims=())
    return replace(known, claims=(*known.claims, claim))


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
