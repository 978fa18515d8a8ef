"""Cash and exchange units as amounts: available or locked, moved by double entry.

A hold is a transfer from available to locked; it is settled by a transfer to someone else, or
released by the transfer back. Nothing below zero but `outside`, where deposits come from.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from openccer.kernel.ids import AccountId

CNY = "CNY"  # cash in fen
OUTSIDE = AccountId("outside")  # banks and the registry, seen from the exchange
FEES = AccountId("exchange-fees")


class Bucket(StrEnum):
    AVAILABLE = "available"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Pocket:
    """`asset` is CNY (in fen) or an instrument (in tonnes)."""

    account: AccountId
    asset: str
    bucket: Bucket


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    debit: Pocket
    credit: Pocket
    amount: int
    why: str

    def __post_init__(self) -> None:
        assert self.amount >= 0, "a transfer of less than nothing"
        assert self.debit.asset == self.credit.asset, "one asset cannot become another"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """What one trading account has of one asset."""

    KIND: ClassVar[str] = "amount"

    account: AccountId
    asset: str
    available: int = 0
    locked: int = 0

    def __post_init__(self) -> None:
        if self.account != OUTSIDE:
            assert self.available >= 0, f"{self.account} is short of {self.asset}"
        assert self.locked >= 0, f"{self.account} unlocked more {self.asset} than was locked"

    @property
    def key(self) -> str:
        return amount_key(self.account, self.asset)

    def changed(self, bucket: Bucket, by: int) -> "Amount":
        return replace(self, **{bucket.value: getattr(self, bucket.value) + by})


def amount_key(account: AccountId, asset: str) -> str:
    return f"{account}/{asset}"


def pocket(account: AccountId, asset: str, bucket: Bucket = Bucket.AVAILABLE) -> Pocket:
    return Pocket(account, str(asset), bucket)


def hold(account: AccountId, asset: str, amount: int, why: str) -> Transfer:
    """Reserve: from available to locked."""
    return Transfer(
        debit=pocket(account, asset),
        credit=pocket(account, asset, Bucket.LOCKED),
        amount=amount,
        why=why,
    )


def release(account: AccountId, asset: str, amount: int, why: str) -> Transfer:
    """Undo a hold: from locked back to available."""
    return Transfer(
        debit=pocket(account, asset, Bucket.LOCKED),
        credit=pocket(account, asset),
        amount=amount,
        why=why,
    )
