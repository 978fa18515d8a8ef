"""What can be asked of projects: acts, imperative, each with its tag for ever."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import (
    AccountId,
    BodyId,
    Digest,
    ProjectId,
)
from openccer.kernel.state import Key
from openccer.ledger.records import Account
from openccer.registry.records import (
    PARAMETERS,
    Body,
    Project,
    Site,
)


def _no_negative(**counts: int) -> None:
    for name, count in counts.items():
        if count < 0:
            raise ValueError(f"{name} is a count, not {count}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishDesign:
    """Publish a project design document for comments, naming the validating body (article 12)."""

    TAG: ClassVar[str] = "publish-design/1"
    project: ProjectId
    owner: AccountId
    name: str
    kind: str  # avoid, reduce or remove (article 9)
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
    metered_apart: bool  # the export of this part alone has its own meter
    site: Site


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateProject:
    """The body's validation report and conclusion (article 13; validation rules, part 4)."""

    TAG: ClassVar[str] = "validate-project/1"
    project: ProjectId
    body: BodyId
    report_digest: Digest
    positive: bool
    checks: tuple[str, ...]
    comments_answered: bool
    open_requests: int
    team: int
    experts: int
    undertaking: bool

    def __post_init__(self) -> None:
        _no_negative(open_requests=self.open_requests, team=self.team, experts=self.experts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyForProject:
    """Apply for registration of a validated project (article 14)."""

    TAG: ClassVar[str] = "apply-for-project/1"
    project: ProjectId
    owner: AccountId
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterProject:
    """Register a project after the check of completeness and form (article 15)."""

    TAG: ClassVar[str] = "register-project/1"
    project: ProjectId


Act = PublishDesign | ValidateProject | ApplyForProject | RegisterProject


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change, known from the act alone."""
    project: Key = (Project, act.project)
    match act:
        case PublishDesign():
            return frozenset({project, (Account, act.owner), (Body, act.validator), PARAMETERS})
        case ValidateProject():
            return frozenset({project, (Body, act.body)})
        case ApplyForProject():
            return frozenset({project, (Account, act.owner)})
        case RegisterProject():
            return frozenset({project, PARAMETERS})
