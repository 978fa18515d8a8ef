"""What can happen of projects: events, past tense, and their fold. Tags never change."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import (
    AccountId,
    BodyId,
    Digest,
    MeterId,
    ProjectId,
    Uscc,
)
from openccer.kernel.state import State
from openccer.ledger.records import Account
from openccer.registry.projects.earlier import DesignPublished1, ProjectAppliedFor1
from openccer.registry.records import (
    Coordinate,
    Footprint,
    Paper,
    Project,
    ProjectState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignPublished:
    TAG: ClassVar[str] = "design-published/2"
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
    validator_uscc: Uscc
    coordinates: tuple[Coordinate, ...]
    meters: tuple[MeterId, ...]
    footprints: tuple[str, ...]


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
    TAG: ClassVar[str] = "project-applied-for/2"
    project: ProjectId
    documents: tuple[Paper, ...]
    received: date
    decide_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRegistered:
    TAG: ClassVar[str] = "project-registered/1"
    project: ProjectId
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectChanged:
    TAG: ClassVar[str] = "project-changed/1"
    project: ProjectId
    name: str
    design_digest: Digest
    meters: tuple[MeterId, ...]
    footprints: tuple[str, ...]
    evidence_digest: Digest
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationAsked:
    TAG: ClassVar[str] = "cancellation-asked/1"
    project: ProjectId
    reason: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCancelled:
    """For ever; its records are kept until `keep_until` at least (articles 11, 16)."""

    TAG: ClassVar[str] = "project-cancelled/1"
    project: ProjectId
    cause: str
    inquiry_digest: Digest | None
    footprints: tuple[str, ...]
    on: date
    keep_until: date


Event = (
    DesignPublished1
    | DesignPublished
    | ProjectValidated
    | ProjectAppliedFor1
    | ProjectAppliedFor
    | ProjectRegistered
    | ProjectChanged
    | CancellationAsked
    | ProjectCancelled
)


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
    match event:
        case DesignPublished1():
            return _owned(state.put(_published_project(event)), event)
        case DesignPublished():
            project = replace(
                _published_project(event),
                validator_uscc=event.validator_uscc,
                coordinates=event.coordinates,
                meters=event.meters,
            )
            return _taken(_owned(state.put(project), event), event.footprints, event.project)
        case ProjectValidated():
            found = ProjectState.VALIDATED if event.positive else ProjectState.REJECTED
            project = state.need(Project, event.project)
            return state.put(
                replace(
                    project, state=found, validated_on=event.on, report_digest=event.report_digest
                )
            )
        case ProjectAppliedFor1() | ProjectAppliedFor():
            project = state.need(Project, event.project)
            applied = replace(project, state=ProjectState.APPLIED, applied_on=event.received)
            return state.put(applied)
        case ProjectRegistered():
            project = state.need(Project, event.project)
            registered = replace(project, state=ProjectState.REGISTERED, registered_on=event.on)
            return state.put(registered)
        case _:
            return _after_registration(state, event)


def _after_registration(
    state: State, event: ProjectChanged | CancellationAsked | ProjectCancelled
) -> State:
    project = state.need(Project, event.project)
    match event:
        case ProjectChanged():
            changed = replace(
                project, name=event.name, design_digest=event.design_digest, meters=event.meters
            )
            return _taken(state.put(changed), event.footprints, event.project)
        case CancellationAsked():
            return state.put(replace(project, cancel_asked_on=event.on))
        case ProjectCancelled():
            cancelled = replace(project, state=ProjectState.CANCELLED, ended_on=event.on)
            gone = (
                Footprint(key=key, project=event.project, cancelled=True)
                for key in event.footprints
            )
            return state.put(cancelled, *gone)


def _owned(state: State, event: DesignPublished1 | DesignPublished) -> State:
    """The owner's account lists its projects: what must have ended when it closes."""
    owner = state.need(Account, event.owner)
    return state.put(replace(owner, projects=(*owner.projects, event.project)))


def _taken(state: State, keys: tuple[str, ...], project: ProjectId) -> State:
    """The footprints are the project's; what it gives up by a change stays its own."""
    known = state.need(Project, project)
    all_keys = tuple(dict.fromkeys((*known.footprints, *keys)))
    taken = (Footprint(key=key, project=project) for key in keys)
    return state.put(replace(known, footprints=all_keys), *taken)


def _published_project(event: DesignPublished1 | DesignPublished) -> Project:
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
