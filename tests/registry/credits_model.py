"""What may be asked of credits, and what is then where: dictionaries of small numbers.

Written from the rules, not from the code. `Books.may` says whether an act is accepted when it is
decided, `Books.done` what it changes; of two persons it knows nothing but the day of the proposal.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from openccer.app.acts import Act
from openccer.compliance.model import SurrenderCredits
from openccer.kernel.ids import AccountId, ActId, InstrumentId, ReductionId
from openccer.ledger.records import UnitClass
from openccer.registry.credits.acts import (
    CancelCredits,
    IssueCredits,
    SetTransferTerms,
    TransferCredits,
)
from openccer.registry.reconciliation.acts import UnblockAccount
from openccer.registry.supervision.acts_credits import FreezeCredits, ReleaseFrozenCredits
from openccer.registry.units.acts import RecordUnits, ReleaseBuffer, ReverseUnits

BUFFER = AccountId("buffer")
LONGEST_DELAY = 4  # working days
WAITS = 14  # days, that of the proposal being day 1
ALLOWED = {"power": 10, "steel": 2}  # 5 % of 200 t, and of 59 t cut down
SUSPENDED = date(2017, 3, 14)  # Measures, article 49: legacy units were filed before it
# The State Council's notice of the holidays of 2026: no work on these days, and work on those.
HOLIDAYS = {date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))}
MADE_UP = {date(2026, 9, 20), date(2026, 10, 10)}

Where = tuple[AccountId, InstrumentId]


def works(day: date) -> bool:
    return day in MADE_UP or (day.isoweekday() < 6 and day not in HOLIDAYS)


def waited(proposed: date, day: date) -> int:
    """Working days after the day of the proposal, up to this day."""
    return sum(works(proposed + timedelta(n)) for n in range(1, (day - proposed).days + 1))


@dataclass
class Freeze:
    where: Where
    tonnes: int
    until: date


@dataclass
class Books:
    """The registry's books, and the clock they are kept by."""

    day: date
    held: dict[Where, int] = field(default_factory=lambda: defaultdict(int))
    gone: dict[Where, int] = field(default_factory=lambda: defaultdict(int))
    batches: dict[InstrumentId, list[int]] = field(default_factory=lambda: defaultdict(list))
    classes: dict[InstrumentId, UnitClass] = field(default_factory=dict)
    waiting: dict[ReductionId, int] = field(default_factory=dict)  # registered and not issued
    offset: dict[AccountId, int] = field(default_factory=lambda: defaultdict(int))
    delay: dict[AccountId, int] = field(default_factory=lambda: defaultdict(int))
    trusted: dict[AccountId, tuple[AccountId, ...]] = field(
        default_factory=lambda: defaultdict(tuple)
    )
    blocked: dict[AccountId, ActId] = field(default_factory=dict)
    freezes: dict[ActId, Freeze] = field(default_factory=dict)
    gifts: bool = False  # the reading that allows them is confirmed

    # --- may it be? -----------------------------------------------------------------------------

    def may(self, act: Act, legal: date, proposed: date | None = None) -> bool:
        """Is the act accepted for this legal day, as the books are? `proposed`: when it was."""
        match act:
            case CancelCredits():
                return self._free(act.account) and self._there(act.account, act)
            case SurrenderCredits():
                left = ALLOWED.get(act.account, 0) - self.offset[act.account]
                ccer = self.classes.get(act.instrument) is UnitClass.CCER
                fits = ccer and act.tonnes.count <= left
                return fits and self._free(act.account) and self._there(act.account, act)
            case TransferCredits():
                return self._may_transfer(act, proposed)
            case SetTransferTerms():
                return act.delay <= LONGEST_DELAY and self._has_waited(act.account, proposed)
            case IssueCredits():
                return act.reduction in self.waiting and self._free(act.owner)
            case RecordUnits():
                return self._may_record(act)
        return self._may_office(act, legal)

    def _may_office(self, act: Act, legal: date) -> bool:
        """What the registry does on a paper of another, or of its own."""
        match act:
            case ReverseUnits():
                return self._pilot(act.instrument) and act.tonnes.count >= 1
            case ReleaseBuffer():
                return (
                    self._free(act.owner)
                    and self._pilot(act.instrument)
                    and self._there(BUFFER, act)
                )
            case FreezeCredits():
                new = act.hold not in self.freezes and act.until >= legal
                return new and self._there(act.account, act)
            case ReleaseFrozenCredits():
                return act.hold in self.freezes and self.freezes[act.hold].tonnes > 0
            case UnblockAccount():
                return self.blocked.get(act.account) == act.block
        raise AssertionError(act)

    def _free(self, account: AccountId) -> bool:
        return account not in self.blocked

    def _there(self, account: AccountId, act: object) -> bool:
        have = self.held[account, act.instrument]  # type: ignore[attr-defined]
        return 1 <= act.tonnes.count <= have  # type: ignore[attr-defined,no-any-return]

    def _pilot(self, unit: InstrumentId) -> bool:
        return self.classes.get(unit) is UnitClass.PILOT

    def _may_transfer(self, act: TransferCredits, proposed: date | None) -> bool:
        gift = act.cause == "gift"
        cause = self.gifts if gift else act.cause in ("succession", "compulsory_enforcement")
        at_once = not gift or act.target in self.trusted[act.source]
        return (
            cause
            and (at_once or self._has_waited(act.source, proposed))
            and act.source != act.target
            and self._free(act.source)
            and self._free(act.target)
            and self._there(act.source, act)
        )

    def _has_waited(self, account: AccountId, proposed: date | None) -> bool:
        return proposed is None or waited(proposed, self.day) >= self.delay[account]

    def _may_record(self, act: RecordUnits) -> bool:
        if act.unit_class is UnitClass.CCER or not self._free(act.account):
            return False
        if self.classes.get(act.instrument, act.unit_class) is not act.unit_class:
            return False
        legacy = act.unit_class is UnitClass.LEGACY
        if legacy and (act.buffer.count or act.filed >= SUSPENDED):
            return False
        return act.tonnes.count >= 1 and act.buffer.count <= act.tonnes.count

    # --- it was ---------------------------------------------------------------------------------

    def done(self, act: Act) -> None:
        """The act was accepted."""
        match act:
            case CancelCredits() | SurrenderCredits():
                self._cancel(act.account, act.instrument, act.tonnes.count)
                if isinstance(act, SurrenderCredits):
                    self.offset[act.account] += act.tonnes.count
            case TransferCredits():
                self.held[act.source, act.instrument] -= act.tonnes.count
                self.held[act.target, act.instrument] += act.tonnes.count
            case SetTransferTerms():
                self.delay[act.account], self.trusted[act.account] = act.delay, act.trusted
            case IssueCredits():
                tonnes, unit = self.waiting.pop(act.reduction), InstrumentId.of(act.project, 2025)
                self.batches[unit].append(tonnes)
                self.held[act.owner, unit] += tonnes
            case RecordUnits():
                self.classes[act.instrument] = act.unit_class
                self.batches[act.instrument].append(act.tonnes.count)
                self.held[act.account, act.instrument] += act.tonnes.count - act.buffer.count
                self.held[BUFFER, act.instrument] += act.buffer.count
            case _:
                self._done_office(act)

    def _done_office(self, act: Act) -> None:
        match act:
            case ReverseUnits():
                self._reverse(act)
            case ReleaseBuffer():
                self.held[BUFFER, act.instrument] -= act.tonnes.count
                self.held[act.owner, act.instrument] += act.tonnes.count
            case FreezeCredits():
                where = (act.account, act.instrument)
                self.freezes[act.hold] = Freeze(where, act.tonnes.count, act.until)
                self.held[where] -= act.tonnes.count
            case ReleaseFrozenCredits():
                self.thaw(act.hold)
            case UnblockAccount():
                del self.blocked[act.account]

    def _cancel(self, account: AccountId, unit: InstrumentId, tonnes: int) -> None:
        self.held[account, unit] -= tonnes
        self.gone[account, unit] += tonnes

    def _reverse(self, act: ReverseUnits) -> None:
        """The buffer gives first, the owner the rest; the other way round who is to blame."""
        left = act.tonnes.count
        for account in (act.owner, BUFFER) if act.blame else (BUFFER, act.owner):
            given = min(left, self.held[account, act.instrument])
            self._cancel(account, act.instrument, given)
            left -= given

    def thaw(self, hold: ActId) -> None:
        freeze = self.freezes[hold]
        self.held[freeze.where] += freeze.tonnes
        freeze.tonnes = 0
