"""Listed orders: placed, withdrawn, picked (trading rules, articles 13, 16 to 19, 29)."""

from dataclasses import replace

from openccer.kernel.ids import AccountId, InstrumentId
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.ledger.amounts import CNY, Transfer, hold, release
from openccer.ledger.moves import FOUND_FIRST
from openccer.market.acts import PlaceOrder, TakeOrder, WithdrawOrder
from openccer.market.events import Event, OrderEnded, OrderPlaced, TradeMade
from openccer.market.gates import (
    fee_fen,
    need_cash,
    need_listed,
    need_lot,
    need_no_opposite,
    need_not_suspended,
    need_price,
    need_session,
    need_trader,
    need_turnaround,
    need_units,
)
from openccer.market.records import Book, Order, Side, Trade
from openccer.rulebook.model import RulesInForce

ONE_ID = HouseRule("an order id names one order of an instrument")
OWN_ORDER = HouseRule("only the one who placed an order withdraws it")


def order_cover(
    account: AccountId, instrument: InstrumentId, side: Side, tonnes: int, fen: int, why: str
) -> Transfer:
    """The hold behind an order: units for a sale, cash with the fee for a purchase."""
    if side is Side.SELL:
        return hold(account, instrument, tonnes, why)
    return hold(account, CNY, fen, why)


def place_order(
    state: State, act: PlaceOrder, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """List an order; its cover is held until it is filled, withdrawn or closed."""
    grounds = Grounds()
    need_trader(grounds, state, act.account)
    need_not_suspended(grounds, state, act.account, rules)
    need_session(grounds, rules, context)
    book = state.get(Book, act.instrument)
    need_listed(grounds, book, rules)
    need_lot(grounds, act.tonnes.count, rules)
    need_turnaround(grounds, state, act.account, act.instrument, act.side, rules)
    need_no_opposite(grounds, book, act.account, act.side, rules)
    value = act.tonnes.count * act.price.count
    needed = value + fee_fen(value, rules)
    if act.side is Side.SELL:
        need_units(grounds, state, act.account, act.instrument, act.tonnes.count, rules)
    else:
        need_cash(grounds, state, act.account, needed, rules)
    if book is None:
        return grounds.refused()
    need_price(grounds, book, act.price.count, rules)
    taken = book.order(act.order) is not None
    grounds.refuse_if(taken, "order-id-taken", ONE_ID, order=act.order)
    order = Order(
        id=act.order,
        account=act.account,
        side=act.side,
        price_fen=act.price.count,
        tonnes=act.tonnes.count,
        placed_on=rules.day,
        placed_seq=book.arrivals,
        filled_fen=0,
        charged_fen=0,
    )
    cover = order_cover(
        act.account, act.instrument, act.side, act.tonnes.count, needed, "order placed"
    )
    return grounds.or_accept(
        OrderPlaced(instrument=act.instrument, order=order, transfers=(cover,))
    )


def freed(order: Order, instrument: InstrumentId, rules: RulesInForce, why: str) -> Transfer:
    """The release of what still covers an order: open units, or cash for what is unfilled."""
    if order.side is Side.SELL:
        return release(order.account, instrument, order.tonnes, why)
    total = order.filled_fen + order.tonnes * order.price_fen
    locked = total + fee_fen(total, rules)
    return release(order.account, CNY, locked - order.filled_fen - order.charged_fen, why)


def withdraw_order(
    state: State, act: WithdrawOrder, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Take back what is unfilled."""
    grounds = Grounds()
    need_session(grounds, rules, context)
    book = state.get(Book, act.instrument)
    order = book.order(act.order) if book else None
    if order is None:
        grounds.refuse_if(True, "no-such-order", FOUND_FIRST, order=act.order)
        return grounds.refused()
    grounds.refuse_if(order.account != act.account, "not-your-order", OWN_ORDER, order=act.order)
    if grounds:
        return grounds.refused()
    return grounds.or_accept(
        OrderEnded(
            instrument=act.instrument,
            order=act.order,
            account=act.account,
            why="withdrawn",
            transfers=(freed(order, act.instrument, rules, "order withdrawn"),),
        )
    )


def take_order(
    state: State, act: TakeOrder, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Pick the best order of the other side, wholly or in part."""
    grounds = Grounds()
    need_trader(grounds, state, act.account)
    need_not_suspended(grounds, state, act.account, rules)
    need_session(grounds, rules, context)
    book = state.get(Book, act.instrument)
    need_listed(grounds, book, rules)
    need_lot(grounds, act.tonnes.count, rules)
    order = book.order(act.order) if book else None
    if book is None or order is None or order.account != act.maker:
        grounds.refuse_if(True, "no-such-order", FOUND_FIRST, order=act.order, maker=act.maker)
        return grounds.refused()
    _pickable(grounds, book, order, act, rules)
    need_not_suspended(grounds, state, order.account, rules)
    taking = Side.SELL if order.side is Side.BUY else Side.BUY
    need_turnaround(grounds, state, act.account, act.instrument, taking, rules)
    if act.account != order.account:
        need_no_opposite(grounds, book, act.account, taking, rules)
    need_turnaround(grounds, state, order.account, act.instrument, order.side, rules)
    value = act.tonnes.count * order.price_fen
    fee = fee_fen(value, rules)
    if taking is Side.BUY:
        need_cash(grounds, state, act.account, value + fee, rules)
    else:
        need_units(grounds, state, act.account, act.instrument, act.tonnes.count, rules)
    if grounds:
        return grounds.refused()
    return grounds.or_accept(_trade_made(book, order, act, taking, fee, rules, context))


def _pickable(
    grounds: Grounds, book: Book, order: Order, act: TakeOrder, rules: RulesInForce
) -> None:
    ends = rules.text("trade.ccer.unfilled_orders_at_close")
    grounds.refuse_if(
        order.placed_on != rules.day,
        "order-of-another-day",
        *ends.cites,
        order=act.order,
        placed=order.placed_on.isoformat(),
        day=rules.day.isoformat(),
    )
    own = rules.flag("trade.ccer.self_pick_allowed")
    is_own = order.account == act.account
    grounds.refuse_if(is_own and not own.value, "own-order", *own.cites, order=act.order)
    priority = rules.names("trade.ccer.priority")
    best = book.best(order.side, act.account, rules.day)
    grounds.refuse_if(
        not is_own and best is not None and best.id != order.id,
        "not-the-best-order",
        *priority.cites,
        order=act.order,
        best=best.id if best else "",
    )
    grounds.refuse_if(
        act.tonnes.count > order.tonnes,
        "more-than-listed",
        *priority.cites,
        asked=act.tonnes.count,
        listed=order.tonnes,
    )


def _trade_made(
    book: Book,
    order: Order,
    act: TakeOrder,
    taking: Side,
    fee: int,
    rules: RulesInForce,
    context: Context,
) -> TradeMade:
    tonnes = act.tonnes.count
    value = tonnes * order.price_fen
    # The maker's fee is charged on what is filled so far, so that parts never cost more than
    # the whole for which cash is held.
    charged = fee_fen(order.filled_fen + value, rules)
    maker_fee = charged - order.charged_fen
    left = replace(
        order,
        tonnes=order.tonnes - tonnes,
        filled_fen=order.filled_fen + value,
        charged_fen=charged,
    )
    buying = taking is Side.BUY
    trade = Trade(
        id=str(context.act_id),
        seller=order.account if buying else act.account,
        buyer=act.account if buying else order.account,
        tonnes=tonnes,
        price_fen=order.price_fen,
        seller_fee_fen=maker_fee if buying else fee,
        buyer_fee_fen=fee if buying else maker_fee,
        on=rules.day,
    )
    cover = order_cover(act.account, act.instrument, taking, tonnes, value + fee, "order taken")
    return TradeMade(
        instrument=act.instrument,
        trade=trade,
        order=act.order,
        left=left if left.tonnes else None,
        base_fen=book.base_on(rules.day),
        transfers=(cover,),
    )
