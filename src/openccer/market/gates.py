"""Grounds of refusal that orders and trades share: time, price, cover, turn-around."""

from datetime import time
from decimal import Decimal

from openccer.kernel.calendar import BEIJING, is_trading_day, trading_days_between
from openccer.kernel.ids import AccountId, InstrumentId
from openccer.kernel.outcome import Grounds, HouseRule
from openccer.kernel.quantity import EXACT, ceil_int, floor_int, half_up_int
from openccer.kernel.state import Context, State
from openccer.ledger import fold
from openccer.ledger.amounts import CNY
from openccer.ledger.moves import FOUND_FIRST
from openccer.market.records import (
    Book,
    Side,
    TradingAccount,
    TradingSuspension,
    Turn,
    turn_key,
)
from openccer.rulebook.model import RulesInForce

AT_LEAST = HouseRule("a price is above zero")


def need_trader(grounds: Grounds, state: State, account: AccountId) -> None:
    """Ground: no such trading account."""
    missing = state.get(TradingAccount, account) is None
    grounds.refuse_if(missing, "no-trading-account", FOUND_FIRST, account=account)


def need_not_suspended(
    grounds: Grounds, state: State, account: AccountId, rules: RulesInForce
) -> None:
    """Grounds: each order in force that suspends the account's trading (Measures, 27 and 43)."""
    found = state.get(TradingSuspension, account)
    for one in found.orders if found else ():
        ruled = rules.version(one.rule)
        assert ruled is not None, f"suspended under {one.rule}, which the book does not have"
        grounds.refuse_if(
            True,
            "trading-suspended",
            *ruled.cites,
            account=account,
            since=one.since.isoformat(),
        )


def need_session(grounds: Grounds, rules: RulesInForce, context: Context) -> None:
    """Grounds: not a trading day, or outside the hours of the session (articles 21, 22)."""
    days = rules.text("trade.ccer.trading_days")
    grounds.refuse_if(
        not is_trading_day(rules.day), "not-a-trading-day", *days.cites, day=rules.day.isoformat()
    )
    hours = rules.names("trade.ccer.sessions")
    now = context.now.astimezone(BEIJING).time()
    grounds.refuse_if(
        not any(_within(now, span) for span in hours.value),
        "outside-the-session",
        *hours.cites,
        clock=now.isoformat("minutes"),
        hours=", ".join(hours.value),
    )


def _within(now: time, span: str) -> bool:
    first, last = (time.fromisoformat(part) for part in span.split("-"))
    return first <= now < last


def after_close(rules: RulesInForce, context: Context) -> bool:
    """Is the last session of the legal day over at this instant?"""
    hours = rules.names("trade.ccer.sessions")
    last = max(time.fromisoformat(span.split("-")[1]) for span in hours.value)
    clock = context.now.astimezone(BEIJING)
    return (clock.date(), clock.time()) >= (rules.day, last)


def need_listed(grounds: Grounds, book: Book | None, rules: RulesInForce) -> None:
    """Grounds: no such instrument at the exchange, or not yet open for trading."""
    effective = rules.count("trade.ccer.listing_effective")
    grounds.refuse_if(book is None, "instrument-not-listed", *effective.cites)
    if book is None:
        return
    opens = book.listed_from
    grounds.refuse_if(
        opens is None or rules.day < opens,
        "instrument-not-open",
        *effective.cites,
        opens=opens.isoformat() if opens else "not confirmed",
        day=rules.day.isoformat(),
    )


def price_band(base_fen: int, rules: RulesInForce) -> tuple[int, int]:
    """Lowest and highest listed price of the day in fen, both allowed (articles 16, 55)."""
    band = rules.number("trade.ccer.listed.band").value
    base = Decimal(base_fen)
    low = ceil_int(EXACT.multiply(base, 1 - band))
    high = floor_int(EXACT.multiply(base, 1 + band))
    return low, high


def need_price(grounds: Grounds, book: Book, price_fen: int, rules: RulesInForce) -> None:
    """Grounds: outside the band around the day's base price."""
    band = rules.number("trade.ccer.listed.band")
    edges = rules.text("design.band_edge_rounding")
    base = book.base_on(rules.day)
    low, high = price_band(base, rules)
    grounds.refuse_if(
        not low <= price_fen <= high,
        "price-outside-band",
        *band.cites,
        *edges.cites,
        price_fen=price_fen,
        base_fen=base,
        lowest_fen=low,
        highest_fen=high,
    )


def need_lot(grounds: Grounds, tonnes: int, rules: RulesInForce) -> None:
    """Ground: less than the smallest quantity (article 11)."""
    lot = rules.count("trade.ccer.lot")
    grounds.refuse_if(tonnes < lot.value, "below-the-lot", *lot.cites, asked=tonnes, lot=lot.value)


def need_turnaround(
    grounds: Grounds,
    state: State,
    account: AccountId,
    instrument: InstrumentId,
    side: Side,
    rules: RulesInForce,
) -> None:
    """Ground: buying and selling the same product less than five trading days apart (29)."""
    turn = state.get(Turn, turn_key(account, instrument))
    if turn is None:
        return
    other = turn.bought_on if side is Side.SELL else turn.sold_on
    if other is None:
        return
    least = rules.count("trade.ccer.turnaround_min")
    scope = rules.text("design.turnaround_scope")
    apart = trading_days_between(other, rules.day)
    grounds.refuse_if(
        apart < least.value,
        "turnaround-too-short",
        *least.cites,
        *scope.cites,
        account=account,
        other_side_on=other.isoformat(),
        trading_days=apart,
        needed=least.value,
    )


def need_no_opposite(
    grounds: Grounds, book: Book | None, account: AccountId, side: Side, rules: RulesInForce
) -> None:
    """Ground: an order of the account rests on the other side: filling both would break article 29.

    Such an order could never be picked after this one is filled, and would block the book.
    """
    least = rules.count("trade.ccer.turnaround_min")
    orders = book.orders if book else ()
    resting = [
        order.id
        for order in orders
        if order.account == account and order.side is not side and order.placed_on == rules.day
    ]
    grounds.refuse_if(
        bool(resting), "opposite-order-resting", *least.cites, orders=", ".join(resting)
    )


def fee_fen(value_fen: int, rules: RulesInForce) -> int:
    """The listed-trade fee of one side in fen, halves upward."""
    rate = rules.number("fee.ccer.listed").value
    return half_up_int(EXACT.multiply(rate, value_fen))


def need_units(
    grounds: Grounds,
    state: State,
    account: AccountId,
    instrument: InstrumentId,
    tonnes: int,
    rules: RulesInForce,
) -> None:
    """Ground: selling more than is available in the trading account (article 18)."""
    cover = rules.text("trade.ccer.sell_cover")
    have = fold.amount(state, account, instrument).available
    grounds.refuse_if(
        have < tonnes, "not-enough-credits", *cover.cites, account=account, have=have, asked=tonnes
    )


def need_cash(
    grounds: Grounds, state: State, account: AccountId, needed_fen: int, rules: RulesInForce
) -> None:
    """Ground: buying for more than the cash available, fee included (article 18)."""
    cover = rules.text("trade.ccer.buy_cover")
    have = fold.amount(state, account, CNY).available
    grounds.refuse_if(
        have < needed_fen,
        "not-enough-cash",
        *cover.cites,
        account=account,
        have_fen=have,
        needed_fen=needed_fen,
    )
