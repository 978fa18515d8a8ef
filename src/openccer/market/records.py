"""What is so at the exchange: trading accounts, and one book per instrument."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from openccer.kernel.ids import AccountId, Digest, InstrumentId, OrderId, Uscc


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingAccount:
    """The one trading account of a trader (交易账户)."""

    KIND: ClassVar[str] = "trading-account"

    id: AccountId
    uscc: Uscc
    name: str
    legal_form: str
    opened_on: date

    @property
    def key(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """One order that an account does not trade; `rule` is the rule version behind it."""

    order: Digest
    since: date
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingSuspension:
    """Every order in force that suspends the trading of an account (暂停交易; Measures, 27, 43)."""

    KIND: ClassVar[str] = "trading-suspension"

    account: AccountId
    orders: tuple[Suspension, ...]

    @property
    def key(self) -> str:
        return self.account


class Side(StrEnum):
    SELL = "sell"
    BUY = "buy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A listed order (挂牌申报), resting until picked, withdrawn, or the close of its day."""

    id: OrderId
    account: AccountId
    side: Side
    price_fen: int  # per tonne
    tonnes: int  # still open
    placed_on: date  # it rests until the close of this day
    placed_seq: int  # order of arrival in this book: earlier is smaller
    filled_fen: int  # value of what was filled, for the fee
    charged_fen: int  # fee charged on it so far


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A match: binding at once (article 19), settled after the close of the same day."""

    id: str
    seller: AccountId
    buyer: AccountId
    tonnes: int
    price_fen: int
    seller_fee_fen: int
    buyer_fee_fen: int
    on: date

    @property
    def value_fen(self) -> int:
        return self.tonnes * self.price_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One instrument: its listing, its resting orders, and the trades its prices come from.

    `traded_on`, `volume` and `value_fen` are of the last day with listed trades; `base_fen` is the
    base price that held on that day (or the initial price before the first trade).
    """

    KIND: ClassVar[str] = "book"

    instrument: InstrumentId
    proposed_by: AccountId
    base_fen: int
    listed_from: date | None  # None: proposed, not yet confirmed by the exchange
    orders: tuple[Order, ...] = ()
    arrivals: int = 0
    traded_on: date | None = None
    volume: int = 0
    value_fen: int = 0
    unsettled: tuple[Trade, ...] = ()

    @property
    def key(self) -> str:
        return self.instrument

    def order(self, order: OrderId) -> Order | None:
        return next((found for found in self.orders if found.id == order), None)

    def best(self, side: Side, taker: AccountId, day: date) -> Order | None:
        """The day's order a taker must pick first: best price, then earliest; never its own."""
        today = [order for order in self.orders if order.placed_on == day]
        others = [order for order in today if order.side is side and order.account != taker]
        return min(others, key=_priority, default=None)

    def base_on(self, day: date) -> int:
        """The base price of a day in fen: the average of the last earlier day with listed trades.

        Volume-weighted, halves upward to the fen; carried forward over days without a trade.
        Source: trading rules, article 17.
        """
        if self.traded_on is not None and self.traded_on < day and self.volume:
            return (2 * self.value_fen + self.volume) // (2 * self.volume)
        return self.base_fen


def _priority(order: Order) -> tuple[int, int]:
    price = order.price_fen if order.side is Side.SELL else -order.price_fen
    return price, order.placed_seq


def without_order(orders: Iterable[Order], gone: OrderId) -> tuple[Order, ...]:
    return tuple(order for order in orders if order.id != gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """When an account last bought and last sold an instrument (trading rules, article 29)."""

    KIND: ClassVar[str] = "turn"

    account: AccountId
    instrument: InstrumentId
    bought_on: date | None = None
    sold_on: date | None = None

    @property
    def key(self) -> str:
        return turn_key(self.account, self.instrument)


def turn_key(account: AccountId, instrument: InstrumentId) -> str:
    return f"{account}/{instrument}"
