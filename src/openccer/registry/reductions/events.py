"""What can happen of reductions: events, past tense, and their fold. Tags never change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import (
    BodyId,
    Digest,
    ProjectId,
    ReductionId,
)
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import State
from openccer.registry.records import (
    Project,
    Reduction,
    ReductionState,
)


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


Event = ReductionPublished | ReductionVerified | ReductionAppliedFor | ReductionRegistered


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
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
