"""Acts and events of projects in their earlier form: read from old logs, asked no more."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import AccountId, BodyId, Digest, ProjectId
from openccer.registry.records import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishDesign1:
    """A design without its coordinates and meters."""

    TAG: ClassVar[str] = "publish-design/1"
    project: ProjectId
    owner: AccountId
    name: str
    kind: str
    methodology: str
    validator: BodyId
    design_digest: Digest
    construction_started: date
    life: Period
    crediting: Period
    legal_duty: bool
    ets_managed: bool
    other_mechanism: bool
    grid_connected: bool
    metered_apart: bool
    site: Site


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyForProject1:
    """An application that names its papers without their digests."""

    TAG: ClassVar[str] = "apply-for-project/1"
    project: ProjectId
    owner: AccountId
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignPublished1:
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
class ProjectAppliedFor1:
    TAG: ClassVar[str] = "project-applied-for/1"
    project: ProjectId
    received: date
    decide_by: date
