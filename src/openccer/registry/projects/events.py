"""What can happen of projects: events, past tense, and their fold. Tags never change."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import (
    AccountId,
    BodyId,
    Digest,
    ProjectId,
)
from openccer.kernel.state import State
from openccer.registry.records import (
    Project,
    ProjectState,
)


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


Event = DesignPublished | ProjectValidated | ProjectAppliedFor | ProjectRegistered


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
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
