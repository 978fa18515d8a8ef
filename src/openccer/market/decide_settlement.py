"""Cash, credits in and out, listing, settlement and the close (articles 17, 25 to 28)."""

from openccer.kernel.calendar import next_trading_day
from openccer.kernel.ids import AccountId, InstrumentId
from openccer.kernel.outcome import Accepted, Grounds, HouseRule, Outcome
from openccer.kernel.quantity import Fen, Tonnes
from openccer.kernel.state import Context, State
from openccer.ledger import fold
from openccer.ledger.amounts import CNY, FEES, OUTSIDE, Bucket, Transfer, pocket
from openccer.ledger.moves import FOUND_FIRST
from openccer.market.acts import (
    CloseSession,
    DepositCash,
    ListInstrument,
    OpenTradingAccount,
    ProposePrice,
    ReceiveCredits,
    ReleaseCredits,
    ReturnCredits,
    SettleTrade,
    WithdrawCash,
)
from openccer.market.decide_trading import freed
from openccer.market.events import (
    CashDeposited,
    CashWithdrawn,
    CreditsReceived,
    CreditsReleased,
    CreditsReturned,
    Event,
    InstrumentListed,
    OrderEnded,
    PriceProposed,
    SessionClosed,
    TradeSettled,
    TradingAccountOpened,
)
from openccer.market.gates import (
    AT_LEAST,
    after_close,
    need_cash,
    need_trader,
    need_units,
)
from openccer.market.records import Book, Trade, TradingAccount
from openccer.rulebook.model import RulesInForce

AGREEMENT = HouseRule("a trader signs the exchange's agreement before trading")
PROPOSED_ONCE = HouseRule("an instrument's initial price is proposed once and confirmed once")
FIRST_BRINGER = HouseRule("who proposes the initial price has the instrument at the exchange")
AS_SEEN = HouseRule("a close names the accounts of every resting order")
ON_ITS_DAY = HouseRule("a close is for the day of its orders, after the last session")


def open_trading_account(
    state: State, act: OpenTradingAccount, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """One trading account per trader, after the registry account (articles 5 to 7)."""
    grounds = Grounds()
    one = rules.count("account.trading.max_per_subject")
    found = state.get(TradingAccount, act.account)
    grounds.refuse_if(found is not None, "trading-account-exists", *one.cites, account=act.account)
    admitted = rules.names("actor.trader.types_admitted_now")
    grounds.refuse_if(
        act.legal_form not in admitted.value,
        "trader-form-not-admitted",
        *admitted.cites,
        found=act.legal_form,
        admitted=", ".join(admitted.value),
    )
    both = rules.flag("account.both_required_to_trade")
    grounds.refuse_if(not act.agreement_signed, "agreement-not-signed", *both.cites, AGREEMENT)
    return grounds.or_accept(
        TradingAccountOpened(
            account=act.account,
            uscc=act.uscc,
            name=act.name,
            legal_form=act.legal_form,
            opened_on=rules.day,
        )
    )


def _one_transfer(source: AccountId, target: AccountId, asset: str, n: int, why: str) -> Transfer:
    return Transfer(debit=pocket(source, asset), credit=pocket(target, asset), amount=n, why=why)


def deposit_cash(
    state: State, act: DepositCash, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Money in, reported by the settlement channel."""
    grounds = Grounds()
    need_trader(grounds, state, act.account)
    grounds.refuse_if(act.amount.count < 1, "amount-too-small", AT_LEAST, asked=act.amount.count)
    move = _one_transfer(OUTSIDE, act.account, CNY, act.amount.count, "paid in")
    return grounds.or_accept(
        CashDeposited(
            account=act.account, amount=act.amount, reference=act.reference, transfers=(move,)
        )
    )


def withdraw_cash(
    state: State, act: WithdrawCash, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Money out, never more than is available."""
    grounds = Grounds()
    need_trader(grounds, state, act.account)
    grounds.refuse_if(act.amount.count < 1, "amount-too-small", AT_LEAST, asked=act.amount.count)
    need_cash(grounds, state, act.account, act.amount.count, rules)
    move = _one_transfer(act.account, OUTSIDE, CNY, act.amount.count, "paid out")
    return grounds.or_accept(
        CashWithdrawn(
            account=act.account, amount=act.amount, reference=act.reference, transfers=(move,)
        )
    )


def receive_credits(
    state: State, act: ReceiveCredits, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Credits arrive from the registry and are available for sale (article 10)."""
    grounds = Grounds()
    need_trader(grounds, state, act.account)
    move = _one_transfer(OUTSIDE, act.account, act.instrument, act.tonnes.count, "received")
    return grounds.or_accept(
        CreditsReceived(
            account=act.account, instrument=act.instrument, tonnes=act.tonnes, transfers=(move,)
        )
    )


def release_credits(
    state: State, act: ReleaseCredits, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Credits go back to the registry, never more than are available."""
    grounds = Grounds()
    need_trader(grounds, state, act.account)
    need_units(grounds, state, act.account, act.instrument, act.tonnes.count, rules)
    move = _one_transfer(act.account, OUTSIDE, act.instrument, act.tonnes.count, "released")
    return grounds.or_accept(
        CreditsReleased(
            account=act.account, instrument=act.instrument, tonnes=act.tonnes, transfers=(move,)
        )
    )


def return_credits(
    state: State, act: ReturnCredits, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Credits go back on an order, never more than are available: what rests keeps its cover."""
    grounds = Grounds()
    need_trader(grounds, state, act.account)
    need_units(grounds, state, act.account, act.instrument, act.tonnes.count, rules)
    move = _one_transfer(act.account, OUTSIDE, act.instrument, act.tonnes.count, "returned")
    return grounds.or_accept(
        CreditsReturned(
            account=act.account, instrument=act.instrument, tonnes=act.tonnes, transfers=(move,)
        )
    )


def propose_price(
    state: State, act: ProposePrice, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The first to bring an instrument proposes its initial price (article 17)."""
    grounds = Grounds()
    need_trader(grounds, state, act.account)
    first = rules.text("trade.ccer.first_price")
    known = state.get(Book, act.instrument)
    grounds.refuse_if(
        known is not None,
        "price-already-proposed",
        *first.cites,
        PROPOSED_ONCE,
        by=known.proposed_by if known else "",
    )
    have = fold.amount(state, act.account, act.instrument).available
    grounds.refuse_if(have < 1, "not-the-first-bringer", *first.cites, FIRST_BRINGER, have=have)
    grounds.refuse_if(act.price.count < 1, "price-too-small", AT_LEAST, price_fen=act.price.count)
    return grounds.or_accept(
        PriceProposed(account=act.account, instrument=act.instrument, price=act.price)
    )


def list_instrument(
    state: State, act: ListInstrument, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The exchange confirms; trading opens on the next trading day."""
    grounds = Grounds()
    book = state.get(Book, act.instrument)
    if book is None:
        grounds.refuse_if(True, "no-price-proposed", FOUND_FIRST, instrument=act.instrument)
        return grounds.refused()
    grounds.refuse_if(
        book.listed_from is not None,
        "instrument-already-listed",
        PROPOSED_ONCE,
        instrument=act.instrument,
    )
    opens = rules.day
    for _ in range(rules.count("trade.ccer.listing_effective").value):
        opens = next_trading_day(opens)
    return grounds.or_accept(InstrumentListed(instrument=act.instrument, listed_from=opens))


def settle_trade(
    state: State, act: SettleTrade, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Gross, trade by trade, on the day of the trade, after the close (articles 27, 28)."""
    grounds = Grounds()
    book = state.get(Book, act.instrument)
    trades = book.unsettled if book else ()
    trade = next((found for found in trades if found.id == act.trade), None)
    if trade is None:
        grounds.refuse_if(True, "no-such-trade", FOUND_FIRST, trade=act.trade)
        return grounds.refused()
    method = rules.text("settle.ccer.method")
    stated = (act.seller, act.buyer, act.tonnes.count)
    grounds.refuse_if(
        stated != (trade.seller, trade.buyer, trade.tonnes),
        "not-as-matched",
        *method.cites,
        trade=act.trade,
        seller=trade.seller,
        buyer=trade.buyer,
        tonnes=trade.tonnes,
    )
    cycle = rules.text("settle.ccer.cycle")
    grounds.refuse_if(
        rules.day != trade.on,
        "settlement-on-another-day",
        *cycle.cites,
        traded=trade.on.isoformat(),
        day=rules.day.isoformat(),
    )
    grounds.refuse_if(not after_close(rules, context), "session-still-open", *method.cites)
    return grounds.or_accept(
        TradeSettled(
            instrument=act.instrument,
            trade=act.trade,
            seller=trade.seller,
            buyer=trade.buyer,
            tonnes=Tonnes(trade.tonnes),
            value=Fen(trade.value_fen),
            transfers=_payment(trade, act.instrument),
        )
    )


def _payment(trade: Trade, instrument: InstrumentId) -> tuple[Transfer, ...]:
    """Cash to the seller, units to the buyer, both fees to the exchange: all or nothing."""
    locked = pocket(trade.buyer, CNY, Bucket.LOCKED)
    proceeds, fees = pocket(trade.seller, CNY), pocket(FEES, CNY)
    units = pocket(trade.seller, instrument, Bucket.LOCKED)
    delivered = pocket(trade.buyer, instrument)
    return (
        Transfer(debit=locked, credit=proceeds, amount=trade.value_fen, why="paid"),
        Transfer(debit=locked, credit=fees, amount=trade.buyer_fee_fen, why="buyer's fee"),
        Transfer(debit=proceeds, credit=fees, amount=trade.seller_fee_fen, why="seller's fee"),
        Transfer(debit=units, credit=delivered, amount=trade.tonnes, why="delivered"),
    )


def close_session(
    state: State, act: CloseSession, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """After the last session: everything settled, every unfilled order ended."""
    grounds = Grounds()
    book = state.get(Book, act.instrument)
    if book is None:
        grounds.refuse_if(True, "instrument-not-listed", FOUND_FIRST, instrument=act.instrument)
        return grounds.refused()
    early = any(order.placed_on > rules.day for order in book.orders)
    grounds.refuse_if(early or not after_close(rules, context), "session-still-open", ON_ITS_DAY)
    settle = rules.text("settle.ccer.cycle")
    grounds.refuse_if(
        bool(book.unsettled),
        "trades-unsettled",
        *settle.cites,
        trades=", ".join(trade.id for trade in book.unsettled),
    )
    owners = {order.account for order in book.orders}
    grounds.refuse_if(
        owners != set(act.open_accounts),
        "close-not-as-seen",
        AS_SEEN,
        named=", ".join(sorted(act.open_accounts)),
        resting=", ".join(sorted(owners)),
    )
    if grounds:
        return grounds.refused()
    ended = (
        OrderEnded(
            instrument=act.instrument,
            order=order.id,
            account=order.account,
            why="closed",
            transfers=(freed(order, act.instrument, rules, "order closed"),),
        )
        for order in book.orders
    )
    return Accepted((*ended, SessionClosed(instrument=act.instrument, on=rules.day)))
