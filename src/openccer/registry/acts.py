"""What can be asked of the registry: acts, imperative, each with its tag for ever.

`touches` names what an act may look at and change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import (
    AccountId,
    BodyId,
    Digest,
    InstrumentId,
    ProjectId,
    ReductionId,
    Uscc,
)
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Key
from openccer.ledger.blocks import Holding, holding_key
from openccer.ledger.records import Account, Instrument
from openccer.mandate.model import ONLY
from openccer.registry.records import (
    Body,
    ConfirmedParameters,
    Project,
    Reduction,
    Site,
    Subject,
)

PARAMETERS: Key = (ConfirmedParameters, ONLY)


def _no_negative(**counts: int) -> None:
    for name, count in counts.items():
        if count < 0:
            raise ValueError(f"{name} is a count, not {count}")


# --- parties ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveBody:
    """Record a body that the market regulator has approved (Measures, article 30)."""

    TAG: ClassVar[str] = "approve-body/1"
    body: BodyId
    uscc: Uscc
    name: str
    fields: tuple[str, ...]  # the two digits after CCER- of the methodologies it may work on
    approved: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAccount:
    """Open the one registry account of a subject (registration rules, articles 5 to 7)."""

    TAG: ClassVar[str] = "open-account/1"
    account: AccountId
    uscc: Uscc
    name: str
    holder_types: tuple[str, ...]
    legal_form: str
    established_in_china: bool
    documents: tuple[str, ...]
    received: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BindTradingAccount:
    """Bind the registry account to the trading account that the exchange opens with it."""

    TAG: ClassVar[str] = "bind-trading-account/1"
    account: AccountId
    uscc: Uscc


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmParameters:
    """The operator confirms in writing the parameter set of a methodology whose text was not read.

    `digest` is that of the set as it was shown (mrv.parameter_set): another set is another digest.
    """

    TAG: ClassVar[str] = "confirm-parameters/1"
    methodology: str
    digest: Digest
    statement: str


# --- project life -------------------------------------------------------------------------------


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


# --- reduction life -----------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCredits:
    """Issue registered reductions to the owner's account, one batch per production year."""

    TAG: ClassVar[str] = "issue-credits/1"
    reduction: ReductionId
    project: ProjectId
    owner: AccountId
    years: tuple[int, ...]

    def __post_init__(self) -> None:
        if not all(1 <= year <= 9999 for year in self.years):
            raise ValueError(f"not years of four digits: {self.years}")


# --- credits ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveToExchange:
    """Move credits from the registry to the trading platform (trading rules, article 10)."""

    TAG: ClassVar[str] = "move-to-exchange/1"
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFromExchange:
    """Bring credits back from the trading platform to the registry account."""

    TAG: ClassVar[str] = "move-from-exchange/1"
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverCredits:
    """Change the holder after a trade, on the exchange's clearing result (article 26)."""

    TAG: ClassVar[str] = "deliver-credits/1"
    trade: str
    seller: AccountId
    buyer: AccountId
    instrument: InstrumentId
    tonnes: Tonnes


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelCredits:
    """Cancel credits for a stated use other than the national offset (article 28)."""

    TAG: ClassVar[str] = "cancel-credits/1"
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    purpose: str
    beneficiary: str


Act = (
    ApproveBody
    | OpenAccount
    | BindTradingAccount
    | ConfirmParameters
    | PublishDesign
    | ValidateProject
    | ApplyForProject
    | RegisterProject
    | PublishReduction
    | VerifyReduction
    | ApplyForReduction
    | RegisterReduction
    | IssueCredits
    | MoveToExchange
    | MoveFromExchange
    | DeliverCredits
    | CancelCredits
)


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change, known from the act alone."""
    return frozenset(_touched(act))


def _touched(act: Act) -> tuple[Key, ...]:
    match act:
        case ApproveBody():
            return ((Body, act.body),)
        case OpenAccount():
            return ((Account, act.account), (Subject, act.uscc))
        case BindTradingAccount():
            return ((Account, act.account),)
        case ConfirmParameters():
            return (PARAMETERS,)
    return _touched_by_project_act(act)


def _touched_by_project_act(act: Act) -> tuple[Key, ...]:
    match act:
        case PublishDesign():
            parties = ((Account, act.owner), (Body, act.validator))
            return ((Project, act.project), *parties, PARAMETERS)
        case ValidateProject():
            return ((Project, act.project), (Body, act.body))
        case ApplyForProject():
            return ((Project, act.project), (Account, act.owner))
        case RegisterProject():
            return ((Project, act.project), PARAMETERS)
        case PublishReduction():
            return (
                (Reduction, act.reduction),
                (Project, act.project),
                (Account, act.owner),
                (Body, act.verifier),
            )
        case VerifyReduction():
            return ((Reduction, act.reduction), (Project, act.project), (Body, act.body))
        case ApplyForReduction():
            return ((Reduction, act.reduction), (Project, act.project))
        case RegisterReduction():
            return ((Reduction, act.reduction), (Project, act.project), PARAMETERS)
        case IssueCredits():
            instruments = [InstrumentId.of(act.project, year) for year in act.years]
            return (
                (Reduction, act.reduction),
                (Project, act.project),
                (Account, act.owner),
                *((Instrument, instrument) for instrument in instruments),
                *((Holding, holding_key(act.owner, instrument)) for instrument in instruments),
            )
    return _touched_by_credit_act(act)


def _touched_by_credit_act(act: Act) -> tuple[Key, ...]:
    match act:
        case MoveToExchange() | MoveFromExchange() | CancelCredits():
            holding = holding_key(act.account, act.instrument)
            return ((Account, act.account), (Holding, holding), (Instrument, act.instrument))
        case DeliverCredits():
            parties = (act.seller, act.buyer)
            return (
                *((Account, party) for party in parties),
                *((Holding, holding_key(party, act.instrument)) for party in parties),
            )
        case _:
            raise AssertionError(f"no one said what {type(act).__name__} touches")
