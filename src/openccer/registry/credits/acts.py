"""What can be asked of credits: acts, imperative, each with its tag for ever."""

from dataclasses import dataclass
from typing import ClassVar

from openccer.kernel.ids import (
    AccountId,
    Digest,
    InstrumentId,
    ProjectId,
    ReductionId,
)
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Key
from openccer.ledger.blocks import Holding, holding_key
from openccer.ledger.records import Account, Instrument
from openccer.registry.records import (
    Project,
    Reduction,
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCredits:
    """Change the holder without a trade, on a paper (registration rules, article 14).

    `cause` is succession, compulsory enforcement or gift; `evidence` is the digest of the paper.
    """

    TAG: ClassVar[str] = "transfer-credits/1"
    source: AccountId
    target: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    cause: str
    evidence: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTransferTerms:
    """How long a gift of this account waits, and which accounts it trusts so that none does."""

    TAG: ClassVar[str] = "set-transfer-terms/1"
    account: AccountId
    delay: int  # working days between the proposal and its approval
    trusted: tuple[AccountId, ...]

    def __post_init__(self) -> None:
        if self.delay < 0:
            raise ValueError(f"delay is a count of working days, not {self.delay}")


Act = (
    IssueCredits
    | MoveToExchange
    | MoveFromExchange
    | DeliverCredits
    | CancelCredits
    | TransferCredits
    | SetTransferTerms
)


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change, known from the act alone."""
    return frozenset(_touched(act))


def _touched(act: Act) -> tuple[Key, ...]:
    match act:
        case IssueCredits():
            instruments = [InstrumentId.of(act.project, year) for year in act.years]
            return (
                (Reduction, act.reduction),
                (Project, act.project),
                (Account, act.owner),
                *((Instrument, instrument) for instrument in instruments),
                *((Holding, holding_key(act.owner, instrument)) for instrument in instruments),
            )
        case MoveToExchange() | MoveFromExchange() | CancelCredits():
            holding = holding_key(act.account, act.instrument)
            return ((Account, act.account), (Holding, holding), (Instrument, act.instrument))
        case DeliverCredits():
            parties = (act.seller, act.buyer)
            return (
                *((Account, party) for party in parties),
                *((Holding, holding_key(party, act.instrument)) for party in parties),
            )
        case TransferCredits():
            parties = (act.source, act.target)
            return (
                *((Account, party) for party in parties),
                *((Holding, holding_key(party, act.instrument)) for party in parties),
            )
        case SetTransferTerms():
            return tuple((Account, party) for party in (act.account, *act.trusted))
