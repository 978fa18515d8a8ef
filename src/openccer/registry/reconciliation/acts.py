"""What can be asked after a reconciliation: acts, imperative, each with its tag for ever."""

from dataclasses import dataclass
from typing import ClassVar

from openccer.kernel.ids import AccountId, ActId, Digest, InstrumentId
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Key
from openccer.ledger.blocks import Holding, holding_key
from openccer.ledger.records import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What registry and exchange each say an account has at the exchange of one instrument."""

    instrument: InstrumentId
    registry: Tonnes
    exchange: Tonnes

    @property
    def differs(self) -> bool:
        return self.registry != self.exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockAccount:
    """Stop every movement of an account whose figures differ; the evidence is named by digest."""

    TAG: ClassVar[str] = "block-account/1"
    account: AccountId
    figures: tuple[Figure, ...]
    reconciliation_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class UnblockAccount:
    """Lift a block once a later reconciliation finds the figures equal."""

    TAG: ClassVar[str] = "unblock-account/1"
    account: AccountId
    block: ActId  # the act that blocked it
    figures: tuple[Figure, ...]
    reconciliation_digest: Digest


Act = BlockAccount | UnblockAccount


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change, known from the act alone."""
    holdings = ((Holding, holding_key(act.account, figure.instrument)) for figure in act.figures)
    return frozenset({(Account, act.account), *holdings})
