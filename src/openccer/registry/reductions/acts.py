"""What can be asked of reductions: acts, imperative, each with its tag for ever."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import (
    AccountId,
    BodyId,
    Digest,
    MeterId,
    ProjectId,
    ReductionId,
)
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Key
from openccer.ledger.records import Account
from openccer.registry.counts import no_negative
from openccer.registry.records import (
    PARAMETERS,
    Body,
    Dossier,
    Meter,
    Paper,
    Project,
    Reduction,
)
from openccer.registry.reductions.earlier import ApplyForReduction1, RegisterReduction1


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
        no_negative(open_requests=self.open_requests, team=self.team, experts=self.experts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyForReduction:
    """Apply for registration of exactly the verified tonnes (article 21)."""

    TAG: ClassVar[str] = "apply-for-reduction/2"
    reduction: ReductionId
    project: ProjectId
    owner: AccountId
    by_year: Mapping[int, Tonnes]
    total: Tonnes
    documents: tuple[Paper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterReduction:
    """Register reductions; from then they are CCER (article 22)."""

    TAG: ClassVar[str] = "register-reduction/2"
    reduction: ReductionId
    project: ProjectId
    meters: tuple[MeterId, ...]  # all of the project's: no month of a meter is claimed twice


Act = (
    PublishReduction
    | VerifyReduction
    | ApplyForReduction1
    | ApplyForReduction
    | RegisterReduction1
    | RegisterReduction
)


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change, known from the act alone."""
    both: frozenset[Key] = frozenset({(Reduction, act.reduction), (Project, act.project)})
    dossier: Key = (Dossier, act.reduction)
    match act:
        case PublishReduction():
            return both | {(Account, act.owner), (Body, act.verifier)}
        case VerifyReduction():
            return both | {dossier, (Body, act.body)}
        case ApplyForReduction():
            return both | {dossier, (Account, act.owner)}
        case RegisterReduction():
            meters = {(Meter, meter) for meter in act.meters}
            return both | {dossier, PARAMETERS} | meters
        case ApplyForReduction1() | RegisterReduction1():
            return both
