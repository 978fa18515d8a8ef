"""What can be asked of the exchange: acts, each with its tag for ever, and what each touches."""

from dataclasses import dataclass
from typing import ClassVar

from openccer.kernel.ids import AccountId, Digest, InstrumentId, OrderId, Uscc
from openccer.kernel.quantity import Fen, Tonnes
from openccer.kernel.state import Key
from openccer.ledger.amounts import CNY, FEES, OUTSIDE, Amount, amount_key
from openccer.market.records import (
    Book,
    Side,
    TradingAccount,
    TradingSuspension,
    Turn,
    turn_key,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTradingAccount:
    """Open a trader's one trading account; the registry binds its account in the same step."""

    TAG: ClassVar[str] = "open-trading-account/1"
    account: AccountId
    uscc: Uscc
    name: str
    legal_form: str
    agreement_signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositCash:
    """The settlement channel reports money paid into a trader's sub-account (article 25)."""

    TAG: ClassVar[str] = "deposit-cash/1"
    account: AccountId
    amount: Fen
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawCash:
    """Money paid out of a trader's sub-account to its own bank account."""

    TAG: ClassVar[str] = "withdraw-cash/1"
    account: AccountId
    amount: Fen
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveCredits:
    """Credits arrive from the registry; together with the registry's move-to-exchange."""

    TAG: ClassVar[str] = "receive-credits/1"
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCredits:
    """Credits go back to the registry; together with the registry's move-from-exchange."""

    TAG: ClassVar[str] = "release-credits/1"
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCredits:
    """Credits go back without the trader, on an order; with the registry's recall-credits."""

    TAG: ClassVar[str] = "return-credits/1"
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendTrader:
    """Suspend an account's trading; together with the registry's suspend-trading (article 43)."""

    TAG: ClassVar[str] = "suspend-trader/1"
    account: AccountId
    rule: str
    order: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeTrader:
    """Let an account trade again; together with the registry's resume-trading."""

    TAG: ClassVar[str] = "resume-trader/1"
    account: AccountId
    order: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposePrice:
    """The first to bring an instrument to the exchange proposes its initial price (article 17)."""

    TAG: ClassVar[str] = "propose-price/1"
    account: AccountId
    instrument: InstrumentId
    price: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class ListInstrument:
    """The exchange confirms the initial price; the instrument trades from the next trading day."""

    TAG: ClassVar[str] = "list-instrument/1"
    instrument: InstrumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder:
    """List an order to sell or to buy (挂牌协议, article 13)."""

    TAG: ClassVar[str] = "place-order/1"
    order: OrderId
    account: AccountId
    instrument: InstrumentId
    side: Side
    tonnes: Tonnes
    price: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawOrder:
    """Take back what is unfilled of an order."""

    TAG: ClassVar[str] = "withdraw-order/1"
    order: OrderId
    account: AccountId
    instrument: InstrumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOrder:
    """Pick a listed order: a trade, binding at once (articles 13, 19)."""

    TAG: ClassVar[str] = "take-order/1"
    order: OrderId
    maker: AccountId
    account: AccountId
    instrument: InstrumentId
    tonnes: Tonnes


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleTrade:
    """Pay for one trade after the close; the registry delivers in the same step (27, 28)."""

    TAG: ClassVar[str] = "settle-trade/1"
    trade: str
    seller: AccountId
    buyer: AccountId
    instrument: InstrumentId
    tonnes: Tonnes


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSession:
    """Close one instrument's day: every unfilled order ends and its cover is released."""

    TAG: ClassVar[str] = "close-session/1"
    instrument: InstrumentId
    open_accounts: tuple[AccountId, ...]  # of the resting orders, as the exchange sees them


AccountAct = (
    OpenTradingAccount
    | DepositCash
    | WithdrawCash
    | ReceiveCredits
    | ReleaseCredits
    | ReturnCredits
    | SuspendTrader
    | ResumeTrader
)
BookAct = (
    ProposePrice
    | ListInstrument
    | PlaceOrder
    | WithdrawOrder
    | TakeOrder
    | SettleTrade
    | CloseSession
)
Act = AccountAct | BookAct


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change, known from the act alone."""
    return frozenset(_touched(act))


def _touched(act: Act) -> tuple[Key, ...]:
    match act:
        case OpenTradingAccount():
            return ((TradingAccount, act.account),)
        case SuspendTrader() | ResumeTrader():
            return ((TradingSuspension, act.account),)
        case DepositCash() | WithdrawCash():
            return ((TradingAccount, act.account), *_amounts(CNY, act.account, OUTSIDE))
        case ReceiveCredits() | ReleaseCredits() | ReturnCredits():
            parties = _amounts(act.instrument, act.account, OUTSIDE)
            return ((TradingAccount, act.account), *parties)
        case _:
            return _touched_in_book(act)


def _touched_in_book(act: BookAct) -> tuple[Key, ...]:
    match act:
        case ProposePrice():
            unit = _amounts(act.instrument, act.account)
            return ((TradingAccount, act.account), (Book, act.instrument), *unit)
        case ListInstrument():
            return ((Book, act.instrument),)
        case PlaceOrder() | WithdrawOrder():
            return ((Book, act.instrument), *_party(act.account, act.instrument))
        case TakeOrder():
            taker = _party(act.account, act.instrument)
            return ((Book, act.instrument), *taker, *_party(act.maker, act.instrument))
        case SettleTrade():
            parties = (*_party(act.seller, act.instrument), *_party(act.buyer, act.instrument))
            return ((Book, act.instrument), *parties, *_amounts(CNY, FEES))
        case CloseSession():
            parties = tuple(
                key for account in act.open_accounts for key in _party(account, act.instrument)
            )
            return ((Book, act.instrument), *parties)


def _amounts(asset: str, *accounts: AccountId) -> tuple[Key, ...]:
    return tuple((Amount, amount_key(account, asset)) for account in accounts)


def _party(account: AccountId, instrument: InstrumentId) -> tuple[Key, ...]:
    return (
        (TradingAccount, account),
        (TradingSuspension, account),
        (Turn, turn_key(account, instrument)),
        *_amounts(CNY, account),
        *_amounts(instrument, account),
    )
