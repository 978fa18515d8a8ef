"""What can be asked of parties: acts, imperative, each with its tag for ever."""

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
    Uscc,
)
from openccer.kernel.state import Key
from openccer.ledger.blocks import Holding, holding_key
from openccer.ledger.records import Account
from openccer.registry.counts import no_negative
from openccer.registry.parties.earlier import ApproveBody1
from openccer.registry.records import (
    PARAMETERS,
    BarredParty,
    Body,
    KeyEmitter,
    Project,
    Subject,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveBody:
    """Record a body that the market regulator has approved (Measures, article 30)."""

    TAG: ClassVar[str] = "approve-body/2"
    body: BodyId
    uscc: Uscc
    name: str
    fields: tuple[str, ...]  # the two digits after CCER- of the methodologies it may work on
    approved: Period
    qualified_staff: int  # full-time
    experienced_staff: int  # of them, with two years of such work

    def __post_init__(self) -> None:
        no_negative(qualified_staff=self.qualified_staff, experienced=self.experienced_staff)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeApproval:
    """Record a changed or extended approval, or changed staff, of a body (article 30)."""

    TAG: ClassVar[str] = "change-approval/1"
    body: BodyId
    fields: tuple[str, ...]
    approved: Period
    qualified_staff: int
    experienced_staff: int
    evidence_digest: Digest

    def __post_init__(self) -> None:
        no_negative(qualified_staff=self.qualified_staff, experienced=self.experienced_staff)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndApproval:
    """Record that an approval ends on this day, at the body's wish or by the regulator."""

    TAG: ClassVar[str] = "end-approval/1"
    body: BodyId
    reason: str
    evidence_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareInterest:
    """A body declares an interest in an account holder: it may not work for it (article 37)."""

    TAG: ClassVar[str] = "declare-interest/1"
    body: BodyId
    account: AccountId
    kind: str
    evidence_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class EndInterest:
    """Record that a declared interest is no more, on evidence that the regulator has seen."""

    TAG: ClassVar[str] = "end-interest/1"
    body: BodyId
    account: AccountId
    kind: str
    evidence_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBodyYear:
    """The yearly report of a body (article 32)."""

    TAG: ClassVar[str] = "report-body-year/1"
    body: BodyId
    year: int
    contents: tuple[str, ...]
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class BarParty:
    """Record who may not trade (article 37): a credit code, or a person's salted digest."""

    TAG: ClassVar[str] = "bar-party/1"
    party: str
    kind: str

    def __post_init__(self) -> None:
        _party(self.party)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnbarParty:
    """Record that someone is no longer among those who may not trade."""

    TAG: ClassVar[str] = "unbar-party/1"
    party: str
    evidence_digest: Digest

    def __post_init__(self) -> None:
        _party(self.party)


def _party(text: str) -> None:
    """ValueError for anything but a code or a digest: no person is named in a log."""
    Digest(text) if len(text) == 64 else Uscc(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListKeyEmitters:
    """Record entities of the list of key emitters of a year (重点排放单位名录)."""

    TAG: ClassVar[str] = "list-key-emitters/1"
    year: int
    entities: tuple[Uscc, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAccount:
    """Enter a new name or other holder types of the same subject (registration rules, 8)."""

    TAG: ClassVar[str] = "change-account/1"
    account: AccountId
    uscc: Uscc
    name: str
    holder_types: tuple[str, ...]
    evidence_digest: Digest
    received: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRepresentative:
    """Who acts for an account, as a salted digest: no personal data stands in the log."""

    TAG: ClassVar[str] = "name-representative/1"
    account: AccountId
    person: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseAccount:
    """Close an account whose business is settled (registration rules, article 11).

    It names every instrument and project the account ever had, so that each can be looked at.
    """

    TAG: ClassVar[str] = "close-account/1"
    account: AccountId
    uscc: Uscc
    cause: str
    evidence_digest: Digest
    instruments: tuple[InstrumentId, ...]
    projects: tuple[ProjectId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAccountJointly:
    """Open the registry account and the trading account by one decision (article 6)."""

    TAG: ClassVar[str] = "open-account-jointly/1"
    account: AccountId
    uscc: Uscc
    name: str
    holder_types: tuple[str, ...]
    legal_form: str
    established_in_china: bool
    documents: tuple[str, ...]
    received: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseOpening:
    """Refuse to open an account and tell the applicant why (registration rules, article 7)."""

    TAG: ClassVar[str] = "refuse-opening/1"
    uscc: Uscc
    name: str
    failed: tuple[str, ...]  # the papers that fall short
    reasons: tuple[str, ...]
    received: date


@dataclass(frozen=True, slots=True, kw_only=True)
class UnbindTradingAccount:
    """Part from the trading account, which the exchange closes in the same step."""

    TAG: ClassVar[str] = "unbind-trading-account/1"
    account: AccountId
    instruments: tuple[InstrumentId, ...]


Act = (
    ApproveBody1
    | ApproveBody
    | ChangeApproval
    | EndApproval
    | DeclareInterest
    | EndInterest
    | ReportBodyYear
    | BarParty
    | UnbarParty
    | ListKeyEmitters
    | OpenAccount
    | OpenAccountJointly
    | RefuseOpening
    | ChangeAccount
    | NameRepresentative
    | CloseAccount
    | BindTradingAccount
    | UnbindTradingAccount
    | ConfirmParameters
)


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change, known from the act alone."""
    return frozenset(_touched(act))


def _touched(act: Act) -> tuple[Key, ...]:
    match act:
        case ApproveBody():
            return ((Body, act.body), (BarredParty, act.uscc))
        case ApproveBody1() | ChangeApproval() | EndApproval() | ReportBodyYear():
            return ((Body, act.body),)
        case DeclareInterest() | EndInterest():
            return ((Body, act.body), (Account, act.account))
        case BarParty() | UnbarParty():
            return ((BarredParty, act.party),)
        case ListKeyEmitters():
            return tuple((KeyEmitter, entity) for entity in act.entities)
        case RefuseOpening():
            return ()
        case ConfirmParameters():
            return (PARAMETERS,)
        case _:
            return ((Account, act.account), *_of_account(act))


def _of_account(
    act: OpenAccount
    | OpenAccountJointly
    | ChangeAccount
    | NameRepresentative
    | CloseAccount
    | BindTradingAccount
    | UnbindTradingAccount,
) -> tuple[Key, ...]:
    match act:
        case OpenAccount() | OpenAccountJointly() | ChangeAccount():
            return ((Subject, act.uscc), (BarredParty, act.uscc), (KeyEmitter, act.uscc))
        case NameRepresentative():
            return ((BarredParty, act.person),)
        case BindTradingAccount():
            return ((BarredParty, act.uscc),)
        case UnbindTradingAccount():
            return _holdings(act.account, act.instruments)
        case CloseAccount():
            projects: list[Key] = [(Project, project) for project in act.projects]
            return ((Subject, act.uscc), *projects, *_holdings(act.account, act.instruments))


def _holdings(account: AccountId, instruments: tuple[InstrumentId, ...]) -> tuple[Key, ...]:
    return tuple((Holding, holding_key(account, instrument)) for instrument in instruments)
