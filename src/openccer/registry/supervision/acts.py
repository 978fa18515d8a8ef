"""What can be asked in supervision: case files, sanctions, objections. acts_credits.py: the rest.

`authority` is the one that acts: a name of actor.supervisors, and the subject of the actor's grant.
`evidence` is the digest of the decision, notice or paper behind an act: no text of it is kept here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import AccountId, ActId, BodyId, Digest, InstrumentId, ProjectId
from openccer.kernel.quantity import Fen, Tonnes
from openccer.registry.supervision.records import Party

# --- the case file ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInspection:
    """Open a case file on an account or body, of a project or none (Measures, 34 and 35)."""

    TAG: ClassVar[str] = "open-inspection/1"
    case: ActId
    authority: str
    party: Party
    project: ProjectId | None  # for a project its owner is the party
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFinding:
    """Record one breach: its days, its rule, its evidence, and what it brought."""

    TAG: ClassVar[str] = "record-finding/1"
    case: ActId
    authority: str
    breach: str
    breached: Period
    evidence: Digest
    wilful: bool
    serious: bool
    harm: bool
    gains: Fen
    false_tonnes: Mapping[InstrumentId, Tonnes]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCorrection:
    """Order the party to correct a breach by a day (责令改正)."""

    TAG: ClassVar[str] = "order-correction/1"
    case: ActId
    authority: str
    finding: ActId
    due: date
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCorrection:
    """Record that the breach was corrected on a day."""

    TAG: ClassVar[str] = "record-correction/1"
    case: ActId
    authority: str
    finding: ActId
    corrected_on: date
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase:
    """Close the case file; nothing more is found or sanctioned in it."""

    TAG: ClassVar[str] = "close-case/1"
    case: ActId
    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBreach:
    """Anyone reports a breach (Measures, article 41): the evidence by digest, no person named."""

    TAG: ClassVar[str] = "report-breach/1"
    report: ActId
    party: Party | None
    project: ProjectId | None
    evidence: Digest


# --- sanctions ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ImposePenalty:
    """Fine a party for a finding under one rule, and confiscate its gains where the rule says so.

    `also` are other rules that the same deed broke. A rule for persons (…persons) fines those
    responsible, whom only the decision behind `evidence` names.
    """

    TAG: ClassVar[str] = "impose-penalty/1"
    case: ActId
    authority: str
    party: Party
    finding: ActId
    rule: str
    also: tuple[str, ...]
    amount: Fen
    price: Decimal | None  # CNY per tonne: average of the month before the deadline
    unsurrendered: Tonnes | None
    traded: Fen | None  # value of what was traded
    order: ActId | None  # the order to compensate that was not obeyed
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMeasure:
    """Order what the law has besides a fine: public criticism, a cut of allowances, a halt.

    `share` and `tonnes` are for the measures that have a size.
    """

    TAG: ClassVar[str] = "order-measure/1"
    case: ActId
    authority: str
    party: Party
    finding: ActId
    rule: str
    share: Decimal | None
    tonnes: Tonnes | None
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictAccount:
    """The registry restricts the use of an account (registration rules, article 10)."""

    TAG: ClassVar[str] = "restrict-account/1"
    account: AccountId
    cause: str
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftRestriction:
    """The registry restores an account after correction (registration rules, article 10)."""

    TAG: ClassVar[str] = "lift-restriction/1"
    account: AccountId
    sanction: ActId
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendTrading:
    """Suspend the trading of a party's credits, together with the exchange (article 43)."""

    TAG: ClassVar[str] = "suspend-trading/1"
    case: ActId
    authority: str
    account: AccountId
    rule: str
    order: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeTrading:
    """End a suspension of trading, at both institutions: corrected, or `reversed` on review."""

    TAG: ClassVar[str] = "resume-trading/1"
    case: ActId
    authority: str
    account: AccountId
    sanction: ActId
    order: Digest
    reversed: bool
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class BarFiling:
    """Accept no filings of an owner: for years after wilful falsification, or without an end."""

    TAG: ClassVar[str] = "bar-filing/1"
    case: ActId
    authority: str
    account: AccountId
    finding: ActId
    rule: str
    order: ActId | None  # the order to compensate that was not obeyed
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeProject:
    """Revoke the registration of a project, with the bar on filing (article 43)."""

    TAG: ClassVar[str] = "revoke-project/1"
    case: ActId
    authority: str
    account: AccountId
    project: ProjectId
    finding: ActId
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendBody:
    """Order a body to stop its work (责令停业整顿; article 44)."""

    TAG: ClassVar[str] = "suspend-body/1"
    case: ActId
    authority: str
    body: BodyId
    finding: ActId
    rule: str
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class EndBodySuspension:
    """Let a body work again after correction."""

    TAG: ClassVar[str] = "end-body-suspension/1"
    case: ActId
    authority: str
    body: BodyId
    sanction: ActId
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawApproval:
    """Withdraw a body's approval; `persons` is how many lose their licence (article 44)."""

    TAG: ClassVar[str] = "withdraw-approval/1"
    case: ActId
    authority: str
    body: BodyId
    finding: ActId
    rule: str
    persons: int
    evidence: Digest

    def __post_init__(self) -> None:
        if self.persons < 0:
            raise ValueError(f"persons is a count, not {self.persons}")


# --- objections ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FileObjection:
    """An account holder objects to a sanction."""

    TAG: ClassVar[str] = "file-objection/1"
    account: AccountId
    sanction: ActId
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBodyObjection:
    """A body objects to a sanction."""

    TAG: ClassVar[str] = "file-body-objection/1"
    body: BodyId
    sanction: ActId
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class UpholdSanction:
    """The objection does not change the sanction."""

    TAG: ClassVar[str] = "uphold-sanction/1"
    case: ActId | None  # None: the registry imposed it by itself
    authority: str
    party: Party
    sanction: ActId
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseSanction:
    """Reverse a sanction: what it set is lifted; what was cancelled stays cancelled."""

    TAG: ClassVar[str] = "reverse-sanction/1"
    case: ActId | None  # None: the registry imposed it by itself
    authority: str
    party: Party
    sanction: ActId
    project: ProjectId | None  # of a revocation
    order: ActId | None  # of an order to compensate
    evidence: Digest


CaseAct = OpenInspection | RecordFinding | OrderCorrection | RecordCorrection | CloseCase
SanctionAct = (
    ImposePenalty
    | OrderMeasure
    | RestrictAccount
    | LiftRestriction
    | SuspendTrading
    | ResumeTrading
    | BarFiling
    | RevokeProject
    | SuspendBody
    | EndBodySuspension
    | WithdrawApproval
)
ReviewAct = FileObjection | FileBodyObjection | UpholdSanction | ReverseSanction
