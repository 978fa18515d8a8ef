"""What is so in the registry: frozen records, each with its key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import (
    AccountId,
    ActId,
    BodyId,
    Digest,
    MeterId,
    ProjectId,
    ReductionId,
    Uscc,
)
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Key
from openccer.ledger.records import Restriction
from openccer.mandate.model import ONLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The one registry account of one legal subject (registration rules, article 6)."""

    KIND: ClassVar[str] = "subject"

    uscc: Uscc
    account: AccountId
    closed: bool = False

    @property
    def key(self) -> str:
        return self.uscc


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """An interest between a body and an account holder (Measures, article 37)."""

    account: AccountId
    kind: str
    declared_on: date
    evidence_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A validation and verification body (审定与核查机构) and its approved fields."""

    KIND: ClassVar[str] = "body"

    id: BodyId
    uscc: Uscc
    name: str
    fields: tuple[str, ...]
    approved: Period
    restrictions: tuple[Restriction, ...] = ()
    qualified_staff: int | None = None  # full-time; None: approved before staff was recorded
    experienced_staff: int | None = None
    interests: tuple["Interest", ...] = ()
    reports: tuple[int, ...] = ()  # years a yearly report was filed for
    withdrawn_on: date | None = None

    @property
    def key(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedParameters:
    """The parameter sets of methodologies not read that the operator confirmed, by code."""

    KIND: ClassVar[str] = "confirmed-parameters"

    digests: Mapping[str, Digest]

    @property
    def key(self) -> str:
        return ONLY


PARAMETERS: Key = (ConfirmedParameters, ONLY)


class ProjectState(StrEnum):
    PUBLISHED = "published"  # 公示
    VALIDATED = "validated"  # 审定（肯定）
    REJECTED = "rejected"  # 审定（否定）
    APPLIED = "applied"  # 申请登记
    REGISTERED = "registered"  # 已登记
    RECALLED = "recalled"  # 撤回
    REFUSED = "refused"  # 不予登记
    CANCELLED = "cancelled"  # 项目注销
    REVOKED = "revoked"  # 撤销登记


@dataclass(frozen=True, slots=True, kw_only=True)
class BarredParty:
    """Who may not trade (article 37): an entity by its code, a person by a salted digest only."""

    KIND: ClassVar[str] = "barred-party"

    party: str
    kind: str
    since: date
    until: date | None  # the last day; None while it lasts

    @property
    def key(self) -> str:
        return self.party

    def in_force(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEmitter:
    """The years in which an entity stands on the list of key emitters (重点排放单位名录)."""

    KIND: ClassVar[str] = "key-emitter"

    uscc: Uscc
    years: tuple[int, ...]

    @property
    def key(self) -> str:
        return self.uscc


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinate:
    """A place on the ground, in decimal degrees; north and east are above zero."""

    latitude: Decimal
    longitude: Decimal

    def __post_init__(self) -> None:
        if abs(self.latitude) > 90 or abs(self.longitude) > 180:
            raise ValueError(f"not a place on earth: {self.latitude}, {self.longitude}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """A cell of ground, a meter or a name that one project has taken (article 48: unique)."""

    KIND: ClassVar[str] = "footprint"

    key: str
    project: ProjectId
    cancelled: bool = False  # with its project, for ever (article 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterClaim:
    period: Period
    reduction: ReductionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A meter and every period of it that was claimed in a registered reduction."""

    KIND: ClassVar[str] = "meter"

    id: MeterId
    claims: tuple[MeterClaim, ...]

    @property
    def key(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A reduction that was published and neither recalled nor registered yet."""

    reduction: ReductionId
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a project stands, for methodologies that ask. None: not stated."""

    distance_km: Decimal | None
    depth_m: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    KIND: ClassVar[str] = "project"

    id: ProjectId
    owner: AccountId
    name: str
    methodology: str
    validator: BodyId
    design_digest: Digest
    construction_started: date
    crediting: Period
    ets_managed: bool
    state: ProjectState
    publicity: Period
    validated_on: date | None
    applied_on: date | None
    registered_on: date | None
    claimed: tuple[Period, ...]  # monitoring periods whose reductions are registered
    validator_uscc: Uscc | None = None
    coordinates: tuple[Coordinate, ...] = ()
    meters: tuple[MeterId, ...] = ()
    footprints: tuple[str, ...] = ()
    filed: tuple[Filed, ...] = ()
    report_digest: Digest | None = None  # of the validation report
    refused_for: tuple[str, ...] = ()
    recall_asked_on: date | None = None
    cancel_asked_on: date | None = None
    ended_on: date | None = None  # recalled or cancelled
    last_claimed_on: date | None = None  # the day the last reduction was registered

    @property
    def key(self) -> str:
        return self.id


class ReductionState(StrEnum):
    PUBLISHED = "published"
    VERIFIED = "verified"
    APPLIED = "applied"
    REGISTERED = "registered"  # 已登记: the tonnes are CCER
    ISSUED = "issued"  # 已签发: they stand in the owner's account
    RECALLED = "recalled"  # 撤回
    REFUSED = "refused"  # 不予登记


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """The reductions of one monitoring period (项目减排量), whole tonnes per calendar year."""

    KIND: ClassVar[str] = "reduction"

    id: ReductionId
    project: ProjectId
    period: Period
    by_year: Mapping[int, Tonnes]
    report_digest: Digest
    dataset_digest: Digest
    rules: tuple[str, ...]  # the rule versions the report rests on
    verifier: BodyId
    state: ReductionState
    publicity: Period
    verified: Mapping[int, Tonnes]
    applied_on: date | None
    registered_on: date | None
    verification_digest: Digest | None = None
    refused_for: tuple[str, ...] = ()
    recall_asked_on: date | None = None
    ended_on: date | None = None  # recalled

    @property
    def key(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What someone said in publicity, by digest, and what the body answered (articles 12, 19)."""

    id: ActId
    digest: Digest
    received: date
    answer_digest: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectiveRequest:
    """What the body wants put right (整改要求; validation and verification rules, 4.5.3, 5.5.3)."""

    id: ActId
    cause: str
    digest: Digest
    raised_on: date
    answers: tuple[Digest, ...] = ()
    closed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerDelay:
    """Days that do not count against the body, and why (业主原因延误; rules, 4.3.3, 5.3.3)."""

    cause: str
    period: Period
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateStatement:
    """Green certificates of the electricity of a period, in whole MWh."""

    period: Period
    generated_mwh: int
    traded_mwh: int
    withheld_mwh: int  # frozen for a project, cancelled for a reduction
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper of an application, by the name the law has for it, and its digest."""

    document: str
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What is filed about a project or a reduction (项目档案; article 39)."""

    KIND: ClassVar[str] = "dossier"

    subject: str  # the id of the project or of the reduction
    comments: tuple[Comment, ...] = ()
    requests: tuple[CorrectiveRequest, ...] = ()
    delays: tuple[OwnerDelay, ...] = ()
    papers: Mapping[str, Digest] = field(default_factory=dict)  # uploaded by the body
    certificates: tuple[CertificateStatement, ...] = ()

    @property
    def key(self) -> str:
        return self.subject
