"""Acts and events of reductions in their earlier form: read from old logs, asked no more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import AccountId, ProjectId, ReductionId
from openccer.kernel.quantity import Tonnes


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyForReduction1:
    """An application that names its papers without their digests, and no total."""

    TAG: ClassVar[str] = "apply-for-reduction/1"
    reduction: ReductionId
    project: ProjectId
    owner: AccountId
    by_year: Mapping[int, Tonnes]
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterReduction1:
    """A registration that names no meter."""

    TAG: ClassVar[str] = "register-reduction/1"
    reduction: ReductionId
    project: ProjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReductionAppliedFor1:
    TAG: ClassVar[str] = "reduction-applied-for/1"
    reduction: ReductionId
    received: date
    decide_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReductionRegistered1:
    TAG: ClassVar[str] = "reduction-registered/1"
    reduction: ReductionId
    project: ProjectId
    period: Period
    tonnes: Tonnes
    on: date
