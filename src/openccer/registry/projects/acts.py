"""What can be asked of projects: acts, imperative, each with its tag for ever."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import (
    AccountId,
    BodyId,
    Digest,
    MeterId,
    ProjectId,
)
from openccer.kernel.state import Key
from openccer.ledger.records import Account
from openccer.registry.counts import no_negative
from openccer.registry.projects.earlier import ApplyForProject1, PublishDesign1
from openccer.registry.records import (
    PARAMETERS,
    Body,
    Coordinate,
    Dossier,
    Footprint,
    Paper,
    Project,
    Site,
)

CELL = Decimal("0.001")  # of a degree


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishDesign:
    """Publish a project design document for comments, naming the validating body (article 12)."""

    TAG: ClassVar[str] = "publish-design/2"
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
    coordinates: tuple[Coordinate, ...]  # the corners of the site, or its one place
    meters: tuple[MeterId, ...]
    replaces: ProjectId | None  # an earlier project of the same site that came to nothing


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
        no_negative(open_requests=self.open_requests, team=self.team, experts=self.experts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyForProject:
    """Apply for registration of a validated project (article 14)."""

    TAG: ClassVar[str] = "apply-for-project/2"
    project: ProjectId
    owner: AccountId
    documents: tuple[Paper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterProject:
    """Register a project after the check of completeness and form (article 15)."""

    TAG: ClassVar[str] = "register-project/1"
    project: ProjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProject:
    """Record a change of a registered project, on evidence: its name, design or meters.

    The design guide that sets this was not read: the rule is a reading, and blocks until confirmed.
    """

    TAG: ClassVar[str] = "change-project/1"
    project: ProjectId
    owner: AccountId
    name: str
    design_digest: Digest
    meters: tuple[MeterId, ...]
    evidence_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCancellation:
    """The owner asks for the cancellation of its registered project (article 16)."""

    TAG: ClassVar[str] = "ask-cancellation/1"
    project: ProjectId
    owner: AccountId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelProject:
    """Cancel a project, on request or after an inquiry; it never applies again (article 16)."""

    TAG: ClassVar[str] = "cancel-project/1"
    project: ProjectId
    cause: str
    inquiry_digest: Digest | None  # what was found; none is needed on the owner's own request
    footprints: tuple[str, ...]  # all of the project's: none of them is ever free again


Act = (
    PublishDesign1
    | PublishDesign
    | ValidateProject
    | ApplyForProject1
    | ApplyForProject
    | RegisterProject
    | ChangeProject
    | AskCancellation
    | CancelProject
)


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change, known from the act alone."""
    project: Key = (Project, act.project)
    dossier: Key = (Dossier, act.project)
    match act:
        case PublishDesign():
            before: set[Key] = {(Project, act.replaces)} if act.replaces else set()
            others: set[Key] = {(Account, act.owner), (Body, act.validator), PARAMETERS}
            return frozenset({project} | others | before | _footprints(act))
        case ValidateProject():
            return frozenset({project, dossier, (Body, act.body)})
        case ApplyForProject():
            return frozenset({project, dossier, (Account, act.owner)})
        case RegisterProject():
            return frozenset({project, dossier, PARAMETERS})
        case ChangeProject():
            return frozenset({project} | _footprints(act))
        case CancelProject():
            taken: set[Key] = {(Footprint, key) for key in act.footprints}
            return frozenset({project} | taken)
        case PublishDesign1() | ApplyForProject1() | AskCancellation():
            return frozenset({project})


def _footprints(act: PublishDesign | ChangeProject) -> set[Key]:
    return {(Footprint, key) for key in footprints(act)}


def footprints(act: PublishDesign | ChangeProject) -> tuple[str, ...]:
    """Keys of all that only one project may have: cells of ground, meters, the owner's name for it.

    Two places are one when they lie in the same thousandth of a degree, about a hundred metres.
    """
    places = act.coordinates if isinstance(act, PublishDesign) else ()
    cells = [f"cell/{_cell(at.latitude)},{_cell(at.longitude)}" for at in places]
    meters = [f"meter/{meter}" for meter in act.meters]
    return (*dict.fromkeys(cells), *dict.fromkeys(meters), f"name/{act.owner}/{act.name}")


def _cell(degrees: Decimal) -> Decimal:
    return degrees.quantize(CELL, rounding=ROUND_FLOOR)
