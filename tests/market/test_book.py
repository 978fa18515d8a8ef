"""The book: base prices against fractions, priority against a sort, fees against what is held.

Sessions are played at the real door, with a store in memory; amounts are small, prices odd.
"""

from datetime import date, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from openccer.kernel.ids import AccountId, OrderId
from openccer.kernel.outcome import Refused
from openccer.ledger.amounts import FEES
from openccer.market.gates import fee_fen, price_band
from openccer.market.records import Book, Order, Side
from openccer.rulebook.load import load_cn
from world import EMITTER, INSTRUMENT, OWNER, World, clock

DAY = date(2026, 4, 2)
RULES = load_cn().on(DAY)
A, B, C = AccountId("a"), AccountId("b"), AccountId("c")


def half_up(value: Fraction) -> int:
    """The nearest whole number, halves upward: an oracle that shares nothing with the code."""
    return (value + Fraction(1, 2)).__floor__()


def book(**changes: object) -> Book:
    return Book(instrument=INSTRUMENT, proposed_by=A, base_fen=8400, listed_from=DAY, **changes)


def order(name: str, account: AccountId, side: Side, price: int, seq: int) -> Order:
    return Order(
        id=OrderId(name),
        account=account,
        side=side,
        price_fen=price,
        tonnes=1,
        placed_on=DAY,
        placed_seq=seq,
        filled_fen=0,
        charged_fen=0,
    )


# --- base price ---------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), min_size=1, max_size=6))
def test_the_base_price_is_the_average_of_the_last_day_weighted_by_volume(
    trades: list[tuple[int, int]],
):
    volume = sum(tonnes for tonnes, _ in trades)
    value = sum(tonnes * price for tonnes, price in trades)
    traded = book(traded_on=DAY, volume=volume, value_fen=value)
    assert traded.base_on(DAY + timedelta(days=1)) == half_up(Fraction(value, volume))


def test_half_a_fen_is_rounded_up():
    assert book(traded_on=DAY, volume=2, value_fen=16_801).base_on(date(2026, 4, 3)) == 8_401


def test_a_third_of_a_fen_is_rounded_down():
    assert book(traded_on=DAY, volume=3, value_fen=25_201).base_on(date(2026, 4, 3)) == 8_400


def test_the_base_of_the_day_does_not_move_with_its_own_trades():
    assert book(traded_on=DAY, volume=1, value_fen=9_000).base_on(DAY) == 8_400


def test_the_base_is_carried_over_days_without_a_trade():
    traded = book(traded_on=DAY, volume=1, value_fen=9_000)
    assert traded.base_on(date(2026, 4, 3)) == traded.base_on(date(2026, 5, 29)) == 9_000


def test_before_the_first_trade_the_initial_price_is_the_base():
    assert book().base_on(date(2026, 5, 29)) == 8_400


def test_two_days_of_trades_move_the_base_as_the_rules_say():
    world = World.after("place-order", {"place-order": {"price": 8_900}})
    world.do("take-order", tonnes=2)
    assert world.book().base_on(DAY) == 8_400
    world.do("settle-trade", tonnes=2)
    world.do("close-session")
    friday = date(2026, 4, 3)
    assert world.book().base_on(friday) == 8_900
    # 9,790 is ten in a hundred above 8,900, out of reach of the day before.
    world.do("place-order", day=friday, price=9_790, tonnes=10)
    world.do("take-order", day=friday, tonnes=1)
    assert world.book().base_on(date(2026, 4, 7)) == 9_790


# --- band ---------------------------------------------------------------------------------------


@given(st.integers(1, 20_000))
def test_the_band_is_every_price_within_a_tenth_of_the_base(base: int):
    low, high = price_band(base, RULES)
    tenth = Fraction(base, 10)
    assert abs(low - base) <= tenth
    assert abs(high - base) <= tenth
    assert abs(low - 1 - base) > tenth
    assert abs(high + 1 - base) > tenth


# --- priority -----------------------------------------------------------------------------------

SIDES, ACCOUNTS = st.sampled_from(Side), st.sampled_from([A, B, C])
orders = st.lists(st.tuples(ACCOUNTS, SIDES, st.integers(1, 4)), max_size=8)


@given(orders, st.sampled_from(Side), st.sampled_from([A, B, C]), st.randoms(use_true_random=False))
def test_the_best_order_is_first_by_price_then_by_time(drawn, side, taker, random):
    resting = [
        order(f"o{n}", account, kind, price, n) for n, (account, kind, price) in enumerate(drawn)
    ]
    shuffled = list(resting)
    random.shuffle(shuffled)
    mine = [o for o in resting if o.side is side and o.account != taker]
    naive = sorted(mine, key=lambda o: o.price_fen, reverse=side is Side.BUY)  # stable: time
    found = book(orders=tuple(shuffled)).best(side, taker, DAY)
    assert found == (naive[0] if naive else None)


def test_an_order_of_another_day_does_not_stand_in_the_way():
    resting = book(orders=(order("o1", A, Side.SELL, 1, 0),))
    assert resting.best(Side.SELL, B, DAY) is not None
    assert resting.best(Side.SELL, B, date(2026, 4, 3)) is None


# --- fees ---------------------------------------------------------------------------------------


@given(st.integers(0, 1_000_000))
def test_the_fee_is_six_in_a_thousand_halves_upward(value: int):
    assert fee_fen(value, RULES) == half_up(Fraction(6 * value, 1000))


@given(st.lists(st.integers(1, 500), min_size=1, max_size=12))
def test_fees_of_parts_charged_as_they_fill_are_the_fee_of_the_whole(values: list[int]):
    filled = charged = 0
    for value in values:
        filled += value
        fee = fee_fen(filled, RULES) - charged
        assert 0 <= fee <= value
        charged += fee
    assert charged == fee_fen(sum(values), RULES)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(7_561, 9_239), st.lists(st.integers(1, 4), min_size=1, max_size=5), st.booleans()
)
def test_random_fills_of_a_purchase_never_cost_more_than_is_held(
    price: int, fills: list[int], wholly: bool
):
    tonnes = sum(fills) + (0 if wholly else 3)
    needed = tonnes * price + fee_fen(tonnes * price, RULES)
    world = World.before("place-order", {"deposit-cash": {"amount": needed}})
    purchase = {"side": "buy", "account": EMITTER, "actor": "power-desk"}
    world.do("place-order", order="buy-1", tonnes=tonnes, price=price, **purchase)
    assert world.cash(EMITTER) == (0, needed)
    selling = {"order": "buy-1", "maker": EMITTER, "account": OWNER, "actor": "wind-desk"}
    trades = [world.do("take-order", tonnes=part, **selling)[0].act_id for part in fills]
    for trade, part in zip(trades, fills, strict=True):
        world.do("settle-trade", trade=trade, tonnes=part)
        available, locked = world.cash(EMITTER)
        assert available >= 0
        assert locked >= 0
    world.do("close-session", open_accounts=[] if wholly else [EMITTER])
    value = sum(fills) * price
    bought, fee = world.units(EMITTER), fee_fen(value, RULES)
    assert bought == (sum(fills), 0)
    assert world.cash(EMITTER) == (needed - value - fee, 0)
    sold_fees = sum(fee_fen(part * price, RULES) for part in fills)
    assert world.cash(OWNER) == (value - sold_fees, 0)
    assert world.cash(FEES) == (fee + sold_fees, 0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(0, 3))
def test_random_fills_of_a_sale_leave_nothing_locked(fills: list[int], more: int):
    tonnes = sum(fills) + more
    world = World.before("take-order", {"place-order": {"tonnes": tonnes, "price": 8_401}})
    trades = [world.do("take-order", tonnes=part)[0].act_id for part in fills]
    for trade, part in zip(trades, fills, strict=True):
        world.do("settle-trade", trade=trade, tonnes=part)
    assert world.units(OWNER) == (6_000 - tonnes, more)
    world.do("close-session", open_accounts=[OWNER] if more else [])
    assert world.units(OWNER) == (6_000 - sum(fills), 0)
    assert world.units(EMITTER) == (sum(fills), 0)
    assert world.cash(EMITTER)[1] == 0


# --- the end of an order --------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["withdraw-order", "close-session"])
@pytest.mark.parametrize("taken", [0, 1, 7])
def test_the_end_of_a_sale_frees_exactly_what_is_unfilled(end: str, taken: int):
    world = World.before("take-order", {"place-order": {"tonnes": 10}})
    if taken:
        world.do("take-order", tonnes=taken)
    if end == "withdraw-order":
        world.do("withdraw-order")
        assert world.units(OWNER) == (6_000 - taken, taken)  # what was sold waits for the close
    if taken:
        world.do("settle-trade", tonnes=taken)
    if end == "close-session":
        world.do("close-session")
    assert world.units(OWNER) == (6_000 - taken, 0)
    assert world.book().orders == ()


@pytest.mark.parametrize("end", ["withdraw-order", "close-session"])
@pytest.mark.parametrize("taken", [0, 1, 7])
def test_the_end_of_a_purchase_frees_exactly_what_is_unspent(end: str, taken: int):
    world = World.before("place-order")
    mine = {"account": EMITTER, "actor": "power-desk"}
    world.do("place-order", order="buy-1", side="buy", tonnes=10, price=8_401, **mine)
    if taken:
        seller = {"account": OWNER, "actor": "wind-desk", "maker": EMITTER}
        world.do("take-order", order="buy-1", tonnes=taken, **seller)
    spent = taken * 8_401 + fee_fen(taken * 8_401, RULES)
    if end == "withdraw-order":
        world.do("withdraw-order", order="buy-1", **mine)
        assert world.cash(EMITTER) == (42_252_000 - spent, spent)
    if taken:
        world.do("settle-trade", tonnes=taken)
    if end == "close-session":
        world.do("close-session", open_accounts=[EMITTER])
    assert world.cash(EMITTER) == (42_252_000 - spent, 0)


def test_a_close_ends_every_order_of_every_account():
    world = World.before("take-order", {"place-order": {"tonnes": 5, "price": 8_500}})
    mine = {"account": EMITTER, "actor": "power-desk"}
    world.do("place-order", order="sell-2", tonnes=5)
    world.do("place-order", order="buy-1", side="buy", tonnes=5, price=8_300, **mine)
    world.do("close-session", open_accounts=[EMITTER, OWNER])
    assert world.book().orders == ()
    assert world.units(OWNER) == (6_000, 0)
    assert world.cash(EMITTER) == (42_252_000, 0)


def test_a_forgotten_close_does_not_keep_the_next_day_from_trading():
    world = World.before("take-order", {"place-order": {"tonnes": 5, "price": 8_300}})
    friday = date(2026, 4, 3)
    world.do("place-order", order="sell-2", tonnes=5, price=8_400, day=friday)
    world.do("take-order", order="sell-2", tonnes=5, day=friday)
    world.do("settle-trade", tonnes=5, day=friday)
    world.do("close-session", day=friday)
    assert world.units(OWNER) == (5_995, 0)


def test_a_close_for_yesterday_does_not_end_the_orders_of_today():
    world = World.after("place-order", {"place-order": {"day": date(2026, 4, 3)}})
    morning = clock(date(2026, 4, 3), time(10, 30))
    answer = world.preview("close-session", now=morning, day=DAY)
    assert isinstance(answer, Refused)
    assert answer.codes == ("session-still-open",)


def test_a_settlement_of_the_day_may_be_recorded_after_midnight():
    world = World.before("settle-trade")
    answer = world.preview("settle-trade", now=clock(date(2026, 4, 3), time(0, 30)))
    assert not isinstance(answer, Refused)


def test_an_order_recorded_by_a_clock_of_another_day_is_refused():
    world = World.before("place-order")
    answer = world.preview("place-order", now=clock(date(2026, 4, 3), time(10, 0)))
    assert isinstance(answer, Refused)
    assert answer.codes == ("day-against-the-clock",)


def test_the_clock_is_read_in_beijing():
    world = World.before("place-order")
    # 01:30 in Greenwich is 09:30 in Beijing.
    now = clock(DAY, time(9, 30)).astimezone(tz=None)
    assert not isinstance(world.preview("place-order", now=now), Refused)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 7), st.integers(0, 7))
def test_a_trade_never_takes_more_than_is_offered(offered: int, asked: int):
    assume(offered)
    world = World.before("take-order", {"place-order": {"tonnes": offered}})
    answer = world.preview("take-order", tonnes=asked)
    assert isinstance(answer, Refused) != (1 <= asked <= offered)
