"""What can happen at the exchange: events, past tense, and their fold. Tags never change."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from openccer.kernel.ids import AccountId, Digest, InstrumentId, OrderId, Uscc
from openccer.kernel.quantity import Fen, Tonnes
from openccer.kernel.state import State
from openccer.ledger import fold
from openccer.ledger.amounts import Transfer
from openccer.market.records import (
    Book,
    Order,
    Suspension,
    Trade,
    TradingAccount,
    TradingSuspension,
    Turn,
    turn_key,
    without_order,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingAccountOpened:
    TAG: ClassVar[str] = "trading-account-opened/1"
    account: AccountId
    uscc: Uscc
    name: str
    legal_form: str
    opened_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CashDeposited:
    TAG: ClassVar[str] = "cash-deposited/1"
    account: AccountId
    amount: Fen
    reference: str
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CashWithdrawn:
    TAG: ClassVar[str] = "cash-withdrawn/1"
    account: AccountId
    amount: Fen
    reference: str
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsReceived:
    TAG: ClassVar[str] = "credits-received/1"
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsReleased:
    TAG: ClassVar[str] = "credits-released/1"
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsReturned:
    TAG: ClassVar[str] = "credits-returned/1"
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TraderSuspended:
    TAG: ClassVar[str] = "trader-suspended/1"
    account: AccountId
    rule: str
    order: Digest
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TraderResumed:
    TAG: ClassVar[str] = "trader-resumed/1"
    account: AccountId
    order: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceProposed:
    TAG: ClassVar[str] = "price-proposed/1"
    account: AccountId
    instrument: InstrumentId
    price: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentListed:
    TAG: ClassVar[str] = "instrument-listed/1"
    instrument: InstrumentId
    listed_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced:
    TAG: ClassVar[str] = "order-placed/1"
    instrument: InstrumentId
    order: Order
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEnded:
    """An order left the book unfilled or partly filled; its cover is free again."""

    TAG: ClassVar[str] = "order-ended/1"
    instrument: InstrumentId
    order: OrderId
    account: AccountId
    why: str  # withdrawn or closed
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeMade:
    """`left` is the picked order as it rests now; None when it is filled."""

    TAG: ClassVar[str] = "trade-made/1"
    instrument: InstrumentId
    trade: Trade
    order: OrderId
    left: Order | None
    base_fen: int
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeSettled:
    TAG: ClassVar[str] = "trade-settled/1"
    instrument: InstrumentId
    trade: str
    seller: AccountId
    buyer: AccountId
    tonnes: Tonnes
    value: Fen
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionClosed:
    TAG: ClassVar[str] = "session-closed/1"
    instrument: InstrumentId
    on: date


TransferEvent = CashDeposited | CashWithdrawn | CreditsReceived | CreditsReleased | CreditsReturned
AccountEvent = TradingAccountOpened | TraderSuspended | TraderResumed
BookEvent = (
    PriceProposed
    | InstrumentListed
    | OrderPlaced
    | OrderEnded
    | TradeMade
    | TradeSettled
    | SessionClosed
)
Event = AccountEvent | TransferEvent | BookEvent


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
    match event:
        case TradingAccountOpened():
            return state.put(
                TradingAccount(
                    id=event.account,
                    uscc=event.uscc,
                    name=event.name,
                    legal_form=event.legal_form,
                    opened_on=event.opened_on,
                )
            )
        case TraderSuspended() | TraderResumed():
            return _suspension(state, event)
        case (
            CashDeposited()
            | CashWithdrawn()
            | CreditsReceived()
            | CreditsReleased()
            | CreditsReturned()
        ):
            return fold.transfer(state, event.transfers)
        case _:
            return _apply_book(state, event)


def _suspension(state: State, event: TraderSuspended | TraderResumed) -> State:
    known = state.get(TradingSuspension, event.account)
    others = tuple(one for one in (known.orders if known else ()) if one.order != event.order)
    if isinstance(event, TraderSuspended):
        others = (*others, Suspension(order=event.order, since=event.since, rule=event.rule))
    return state.put(TradingSuspension(account=event.account, orders=others))


def _apply_book(state: State, event: BookEvent) -> State:
    match event:
        case PriceProposed():
            return state.put(
                Book(
                    instrument=event.instrument,
                    proposed_by=event.account,
                    base_fen=event.price.count,
                    listed_from=None,
                )
            )
        case InstrumentListed():
            book = state.need(Book, event.instrument)
            return state.put(replace(book, listed_from=event.listed_from))
        case OrderPlaced():
            return _place(state, event)
        case OrderEnded():
            book = state.need(Book, event.instrument)
            left = without_order(book.orders, event.order)
            return fold.transfer(state.put(replace(book, orders=left)), event.transfers)
        case TradeMade():
            return _trade(state, event)
        case TradeSettled():
            return _settle(state, event)
        case SessionClosed():
            return state


def _place(state: State, event: OrderPlaced) -> State:
    book = state.need(Book, event.instrument)
    after = replace(book, orders=(*book.orders, event.order), arrivals=book.arrivals + 1)
    return fold.transfer(state.put(after), event.transfers)


def _trade(state: State, event: TradeMade) -> State:
    book, trade = state.need(Book, event.instrument), event.trade
    orders = without_order(book.orders, event.order)
    if event.left is not None:
        orders = (*orders, event.left)
    today = book.traded_on == trade.on
    after = replace(
        book,
        orders=orders,
        base_fen=event.base_fen,
        traded_on=trade.on,
        volume=(book.volume if today else 0) + trade.tonnes,
        value_fen=(book.value_fen if today else 0) + trade.value_fen,
        unsettled=(*book.unsettled, trade),
    )
    bought = _turn(state, trade.buyer, event.instrument)
    sold = _turn(state, trade.seller, event.instrument)
    state = state.put(after, replace(bought, bought_on=trade.on), replace(sold, sold_on=trade.on))
    return fold.transfer(state, event.transfers)


def _turn(state: State, account: AccountId, instrument: InstrumentId) -> Turn:
    found = state.get(Turn, turn_key(account, instrument))
    return found or Turn(account=account, instrument=instrument)


def _settle(state: State, event: TradeSettled) -> State:
    book = state.need(Book, event.instrument)
    left = tuple(trade for trade in book.unsettled if trade.id != event.trade)
    return fold.transfer(state.put(replace(book, unsettled=left)), event.transfers)
