"""What is so in the registry: frozen records, each with its key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import (
    AccountId,
    BodyId,
    Digest,
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

    @property
    def key(self) -> str:
        return self.uscc


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
    RECALLED = "recalled"  # 撤回（公示期内）
    REFUSED = "refused"  # 不予登记
    CANCELLED = "cancelled"  # 项目注销
    REVOKED = "revoked"  # 撤销登记


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

    @property
    def key(self) -> str:
        return self.id


class ReductionState(StrEnum):
    PUBLISHED = "published"
    VERIFIED = "verified"
    APPLIED = "applied"
    REGISTERED = "registered"  # 已登记: the tonnes are CCER
    ISSUED = "issued"  # 已签发: they stand in the owner's account
    RECALLED = "recalled"  # 撤回（公示期内）
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

    @property
    def key(self) -> str:
        return self.id
