"""What is so in supervision: case files, credit records, orders to compensate, reports."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import AccountId, ActId, Digest, InstrumentId, ProjectId
from openccer.kernel.outcome import Citation
from openccer.kernel.quantity import Fen, Tonnes


class PartyKind(StrEnum):
    """Who may be inspected and sanctioned here."""

    ACCOUNT = "account"
    BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The account or body a case is about."""

    kind: PartyKind
    id: str

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.id}"


class CaseState(StrEnum):
    OPENED = "opened"  # 立案检查
    FOUND = "found"  # 查实违法行为
    ORDERED = "ordered"  # 责令改正
    CORRECTED = "corrected"  # 已改正
    CLOSED = "closed"  # 结案


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One breach with its evidence; its id is that of the act that recorded it.

    `breached` are the days of the breach, the last of which is the day the law is taken from.
    `false_tonnes` are credits that should not exist, by instrument.
    """

    id: ActId
    breach: str  # the rule that was broken, or whose penalty it brings
    breached: Period
    evidence: Digest
    wilful: bool
    serious: bool
    harm: bool
    gains: Fen
    false_tonnes: Mapping[InstrumentId, Tonnes]
    correct_by: date | None = None
    corrected_on: date | None = None
    fined: tuple[str, ...] = ()  # rules it was fined under
    ordered: tuple[InstrumentId, ...] = ()  # whose false credits are to be compensated

    def in_default(self, day: date) -> bool:
        """Was it not corrected within the time that was ordered?"""
        if self.correct_by is None:
            return False
        return (self.corrected_on or day) > self.correct_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case file (案卷): an inspection of one party by one authority, and what it found."""

    KIND: ClassVar[str] = "case"

    id: ActId
    authority: str
    party: Party
    project: ProjectId | None
    opened_on: date
    findings: tuple[Finding, ...] = ()
    closed_on: date | None = None

    @property
    def key(self) -> str:
        return self.id

    @property
    def state(self) -> CaseState:
        """How far the case is: closed, or as far as the finding that is behind the others."""
        ordered = [finding for finding in self.findings if finding.correct_by]
        if self.closed_on is not None:
            return CaseState.CLOSED
        if any(finding.corrected_on is None for finding in ordered):
            return CaseState.ORDERED
        if ordered and len(ordered) == len(self.findings):
            return CaseState.CORRECTED
        return CaseState.FOUND if self.findings else CaseState.OPENED

    def finding(self, finding: ActId) -> Finding | None:
        return next((found for found in self.findings if found.id == finding), None)

    def with_finding(self, changed: Finding) -> "Case":
        """The case with this finding in the place of the one of its id, or after the others."""
        known = [found.id for found in self.findings]
        if changed.id not in known:
            return replace(self, findings=(*self.findings, changed))
        findings = tuple(changed if one.id == changed.id else one for one in self.findings)
        return replace(self, findings=findings)


class Sanction(StrEnum):
    """What a sanction does to its party."""

    PENALTY = "penalty"  # 罚款、没收违法所得
    MEASURE = "measure"  # 其他处理
    ACCOUNT_RESTRICTION = "account-restriction"  # 限制使用账户
    TRADING_SUSPENSION = "trading-suspension"  # 暂停交易
    FILING_BAR = "filing-bar"  # 不予受理申请
    REVOCATION = "revocation"  # 撤销项目登记
    BODY_SUSPENSION = "body-suspension"  # 责令停业整顿
    WITHDRAWAL = "withdrawal"  # 撤销批准文件
    COMPENSATION = "compensation"  # 责令注销同等数量


class SanctionState(StrEnum):
    IN_FORCE = "in-force"  # 生效
    ENDED = "ended"  # 已解除
    REVERSED = "reversed"  # 已撤销（复核）


@dataclass(frozen=True, slots=True, kw_only=True)
class Imposed:
    """One sanction as it was imposed; its id is that of the act that did it.

    `amount` is money to pay, fine and confiscated gains together. `rule` is the rule version
    behind it and `clauses` the law of that version. `until` is its last day where it has one.
    """

    id: ActId
    case: ActId | None  # None: the registry imposed it by itself
    sanction: Sanction
    on: date
    rule: str
    clauses: tuple[Citation, ...]
    evidence: Digest
    amount: Fen
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditEntry:
    """One sanction in a credit record, and what became of it."""

    imposed: Imposed
    state: SanctionState = SanctionState.IN_FORCE
    changed_on: date | None = None
    objection: Digest | None = None  # of an objection that is not answered


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRecord:
    """Every sanction of one party, oldest first (信用记录; Measures, article 40)."""

    KIND: ClassVar[str] = "credit-record"

    party: Party
    entries: tuple[CreditEntry, ...] = ()

    @property
    def key(self) -> str:
        return self.party.key

    def entry(self, sanction: ActId) -> CreditEntry | None:
        return next((found for found in self.entries if found.imposed.id == sanction), None)

    def with_entry(self, changed: CreditEntry) -> "CreditRecord":
        """The record with this entry in the place of the one of its id."""
        this = changed.imposed.id
        entries = tuple(changed if one.imposed.id == this else one for one in self.entries)
        return replace(self, entries=entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationOrder:
    """An order to cancel as many credits as were false (article 43), and how far it is met.

    `claim` are tonnes cancelled for an order that was reversed later: cancelled is final, so
    the owner has a claim and not the credits.
    """

    KIND: ClassVar[str] = "compensation-order"

    id: ActId
    sanction: ActId  # the act that gave the order, in the credit record
    case: ActId
    account: AccountId
    instrument: InstrumentId  # whose credits were false
    ordered: Tonnes
    due: date
    compensated: Tonnes
    forced: Tonnes
    shortfall: Tonnes | None = None  # to be handed back; None while it is not recorded
    reversed_on: date | None = None
    claim: Tonnes | None = None

    @property
    def key(self) -> str:
        return self.id

    @property
    def open_tonnes(self) -> int:
        """What is still to be cancelled; nothing of an order that was reversed."""
        met = self.compensated.count + self.forced.count
        return 0 if self.reversed_on else self.ordered.count - met


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicReport:
    """What someone reported of an account, body or project: the evidence by its digest only."""

    KIND: ClassVar[str] = "public-report"

    id: ActId
    about: str  # account/…, body/… or project/…
    evidence: Digest
    on: date

    @property
    def key(self) -> str:
        return self.id
