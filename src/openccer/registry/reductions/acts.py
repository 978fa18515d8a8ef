"""What can be asked of reductions: acts, imperative, each with its tag for ever."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import (
    AccountId,
    BodyId,
    Digest,
    ProjectId,
    ReductionId,
)
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Key
from openccer.ledger.records import Account
from openccer.registry.records import (
    PARAMETERS,
    Body,
    Project,
    Reduction,
)


def _no_negative(**counts: int) -> None:
    for name, count in counts.items():
        if count < 0:
            raise ValueError(f"{name} is a count, not {count}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReduction:
    """Publish an accounting report for comments, naming the verifying body (article 19)."""

    TAG: ClassVar[str] = "publish-reduction/1"
    reduction: ReductionId
    project: ProjectId
    owner: AccountId
    period: Period
    by_year: Mapping[int, Tonnes]
    methodology: str
    report_digest: Digest
    dataset_digest: Digest
    rules: tuple[str, ...]
    verifier: BodyId


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReduction:
    """The body's verification report, fixing the tonnes (article 20; rules, part 5)."""

    TAG: ClassVar[str] = "verify-reduction/1"
    reduction: ReductionId
    project: ProjectId
    body: BodyId
    report_digest: Digest
    verified: Mapping[int, Tonnes]
    rules: tuple[str, ...]  # the rule versions the body's own computation rests on
    checks: tuple[str, ...]
    comments_answered: bool
    open_requests: int
    team: int
    experts: int
    undertaking: bool

    def __post_init__(self) -> None:
        _no_negative(open_requests=self.open_requests, team=self.team, experts=self.experts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyForReduction:
    """Apply for registration of exactly the verified tonnes (article 21)."""

    TAG: ClassVar[str] = "apply-for-reduction/1"
    reduction: ReductionId
    project: ProjectId
    owner: AccountId
    by_year: Mapping[int, Tonnes]
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterReduction:
    """Register reductions; from then they are CCER (article 22)."""

    TAG: ClassVar[str] = "register-reduction/1"
    reduction: ReductionId
    project: ProjectId


Act = PublishReduction | VerifyReduction | ApplyForReduction | RegisterReduction


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change, known from the act alone."""
    both: frozenset[Key] = frozenset({(Reduction, act.reduction), (Project, act.project)})
    match act:
        case PublishReduction():
            return both | {(Account, act.owner), (Body, act.verifier)}
        case VerifyReduction():
            return both | {(Body, act.body)}
        case ApplyForReduction():
            return both | {(Account, act.owner)}
        case RegisterReduction():
            return both | {PARAMETERS}
