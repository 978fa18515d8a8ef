"""Whether registry and exchange say the same of every account: tonnes by instrument, and cash.

The registry keeps what is at the exchange in a bucket of each holding; the exchange keeps the same
tonnes as amounts, available or locked. The two must be equal, account by account.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from openccer.kernel.ids import AccountId, InstrumentId
from openccer.ledger.amounts import CNY, OUTSIDE, Amount
from openccer.ledger.blocks import Bucket, Holding

Units = Mapping[tuple[AccountId, InstrumentId], int]  # tonnes at the exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One account and instrument, as each side has it, in tonnes."""

    account: AccountId
    instrument: InstrumentId
    registry: int
    exchange: int

    @property
    def differs(self) -> bool:
        return self.registry != self.exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Cash:
    """Cash at the exchange in fen: what all accounts have, and what came in less what went out."""

    accounts: int
    paid_in: int

    @property
    def differs(self) -> bool:
        return self.accounts != self.paid_in


def units_registered(holdings: Iterable[Holding]) -> Units:
    """What the registry has at the exchange."""
    found = {(h.account, h.instrument): h.tonnes(Bucket.EXCHANGE) for h in holdings}
    return {key: tonnes for key, tonnes in found.items() if tonnes}


def units_traded(amounts: Iterable[Amount]) -> Units:
    """What the exchange has, available or locked; the outside is no account of anyone's."""
    return {
        (amount.account, InstrumentId(amount.asset)): amount.available + amount.locked
        for amount in amounts
        if amount.asset != CNY and amount.account != OUTSIDE and amount.available + amount.locked
    }


def cash(amounts: Iterable[Amount]) -> Cash:
    """All cash of all accounts against what the banks paid in."""
    held = [amount for amount in amounts if amount.asset == CNY]
    inside = sum(one.available + one.locked for one in held if one.account != OUTSIDE)
    outside = sum(one.available + one.locked for one in held if one.account == OUTSIDE)
    return Cash(accounts=inside, paid_in=-outside)


def compare(registry: Units, exchange: Units) -> tuple[Line, ...]:
    """Every account and instrument that either side has at the exchange, sorted."""
    return tuple(
        Line(
            account=account,
            instrument=instrument,
            registry=registry.get((account, instrument), 0),
            exchange=exchange.get((account, instrument), 0),
        )
        for account, instrument in sorted(registry.keys() | exchange.keys())
    )
