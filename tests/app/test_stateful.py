"""Random acts at the one door, beside a model made of dictionaries that predicts every answer.

The model knows the rules from reading them, not from the code: it says before each act whether it
must be accepted, and after it what every account must have. Numbers are small, and the edges (one
less than there is, all there is, one more) come from the state.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import small_world as small
from openccer.app.acts import EXCHANGE, REGISTRY, Act
from openccer.app.entry import Request
from openccer.app.facade import App, Receipt
from openccer.compliance.model import SurrenderCredits
from openccer.kernel import merkle
from openccer.kernel.ids import AccountId, ActId, ActorId, InstrumentId, OrderId, ProjectId
from openccer.kernel.outcome import Refused
from openccer.kernel.quantity import Fen, Tonnes
from openccer.market import acts as market
from openccer.market.records import Side
from openccer.registry.credits import acts as credits
from small_world import BANK, EXCHANGE_DESK, POWER, REGISTRY_DESK, STEEL, WIND, Call, desk

HOLDERS = (WIND, POWER, STEEL)
UNITS = (InstrumentId("OW-1.2025"), InstrumentId("OW-2.2025"))
ALLOWED = {POWER: 10, STEEL: 2}  # 5 % of 200 and of 59, cut down
CNY = "CNY"
INITIAL_FEN = 100
OPEN, CLOSED = 10, 15  # the hour of the clock in a session, and after it
# Trading days of the model: no holiday lies between these two Tuesdays.
DAYS = [
    day
    for day in (date(2026, 8, 4) + timedelta(n) for n in range(46))
    if day.isoweekday() not in (6, 7)
]

accounts, units = st.sampled_from(HOLDERS), st.sampled_from(UNITS)
# An amount: a small number, or what there is and its neighbours.
amounts = st.one_of(
    st.integers(0, 12).map(lambda n: lambda have: n),
    st.integers(-1, 1).map(lambda by: lambda have: max(0, have + by)),
)
Amount = Callable[[int], int]


@cache
def world() -> tuple[App, tuple[credits.IssueCredits, ...]]:
    """Two listed instruments, three traders, and two reductions that wait to be issued."""
    app = small.new_app()
    made = small.World(app)
    small.opened(made)
    small.accounts(made)
    waiting = []
    for name, first, second in (("OW-1", 12, 7), ("OW-2", 5, 3)):
        small.project(made, ProjectId(name))
        small.issued(made, first, small.FIRST_HALF, ProjectId(name))
        waiting.append(small.reduction(made, second, small.SECOND_HALF, ProjectId(name)))
    for holder in HOLDERS:
        small.bound(made, holder)
        small.deposited(made, holder, 1_500)
    for unit in UNITS:
        small.listed(made, WIND, unit)
    _an_early_session(made)
    small.obliged(made, POWER, 200)
    small.obliged(made, STEEL, 59)
    small.confirmed(made)
    return app, tuple(waiting)


def _an_early_session(made: small.World) -> None:
    """Long before the first day of the model: 4 t to the power plant, 2 t to the steel works."""
    day, unit = date(2026, 4, 2), UNITS[0]
    made.do(day, *small.to_exchange(WIND, 9))
    order = {"order": OrderId("early"), "instrument": unit}
    sell = {"account": WIND, "side": Side.SELL, "tonnes": Tonnes(6), "price": Fen(INITIAL_FEN)}
    made.do(day, (desk(WIND), market.PlaceOrder(**order, **sell)))  # type: ignore[arg-type]
    for taker, tonnes in ((POWER, 4), (STEEL, 2)):
        take = {"maker": WIND, "account": taker, "tonnes": Tonnes(tonnes)}
        (trade,) = made.do(day, (desk(taker), market.TakeOrder(**order, **take)))  # type: ignore[arg-type]
        terms: dict[str, Any] = {"trade": str(trade.act_id), "seller": WIND, "buyer": taker}
        terms |= {"instrument": unit, "tonnes": Tonnes(tonnes)}
        deliver, pay = credits.DeliverCredits(**terms), market.SettleTrade(**terms)
        made.do(day, (REGISTRY_DESK, deliver), (EXCHANGE_DESK, pay), at=CLOSED)
    close = market.CloseSession(instrument=unit, open_accounts=())
    made.do(day, (EXCHANGE_DESK, close), at=CLOSED)
    made.do(day, *small.from_exchange(POWER, 3))
    made.do(day, *small.from_exchange(STEEL, 2))


@dataclass
class Order:
    id: str
    account: AccountId
    side: Side
    price: int
    tonnes: int
    arrival: int
    day: date
    filled: int = 0  # fen
    charged: int = 0  # fen

    @property
    def locked(self) -> int:
        """What covers the unfilled rest: tonnes for a sale, fen for a purchase."""
        if self.side is Side.SELL:
            return self.tonnes
        total = self.filled + self.tonnes * self.price
        return total + fee(total) - self.filled - self.charged


@dataclass(frozen=True)
class Trade:
    seller: AccountId
    buyer: AccountId
    unit: InstrumentId
    tonnes: int
    price: int
    seller_fee: int
    buyer_fee: int
    on: date


def fee(value: int) -> int:
    """0.6 % of the value, halves upward."""
    return (6 * value + 500) // 1_000


class Market(RuleBasedStateMachine):
    """What the two institutions must say, whatever is asked of them, in whatever order."""

    @initialize()
    def begin(self) -> None:
        template, waiting = world()
        self.app = small.copy_of(template)
        self.number = 0
        self.today, self.hour = 0, OPEN
        self.waiting = {act.project: act for act in waiting}
        self.done: list[tuple[Call, tuple[Receipt, ...]]] = []
        self.held: dict[Any, int] = defaultdict(int)
        self.gone: dict[Any, int] = defaultdict(int)
        self.offset: dict[AccountId, int] = defaultdict(int)
        self.free: dict[Any, int] = defaultdict(int)
        self.locked: dict[Any, int] = defaultdict(int)
        one, two = UNITS
        self.held.update({(WIND, one): 2, (POWER, one): 3, (STEEL, one): 2, (WIND, two): 4})
        self.free.update({(WIND, one): 4, (POWER, one): 1, ("outside", one): -5})
        self.free.update({(WIND, two): 1, ("outside", two): -1})
        # 600 fen changed hands; the fees were 2 and 1 of the buyers, 2 and 2 of the seller.
        self.free.update({(WIND, CNY): 2_096, (POWER, CNY): 1_098, (STEEL, CNY): 1_299})
        self.free.update({("exchange-fees", CNY): 7, ("outside", CNY): -4_500})
        self.orders: dict[InstrumentId, list[Order]] = {unit: [] for unit in UNITS}
        self.arrivals = 0
        self.trades: list[Trade] = []
        self.unsettled: dict[str, Trade] = {}
        self.roots: dict[str, tuple[int, bytes]] = {}
        self.cancelled_before = 0

    # --- asking ---------------------------------------------------------------------------------

    @property
    def day(self) -> date:
        return DAYS[self.today]

    def ask(
        self, expected: bool, *asked: tuple[ActorId, Act], day: date | None = None
    ) -> Receipt | None:
        """Submit the acts together; the answer must be the one the model predicts."""
        self.number += 1
        on = day or self.day
        requests = tuple(small.request(a, act, f"s-{self.number}", on) for a, act in asked)
        now = small.clock(on, self.hour)
        answer = self._proposed(requests, now) or self.app.submit_linked(requests, now=now)
        assert isinstance(answer, Refused) is not expected, (asked, answer)
        if isinstance(answer, Refused):
            return None
        self.done.append(((requests, now), answer))
        return answer[0]

    def _proposed(self, requests: tuple[Request, ...], now: datetime) -> Refused | None:
        """What needs two persons is proposed by the other one of the same desk."""
        for proposal in small.proposals(requests):
            answer = self.app.submit(proposal, now=now)
            if isinstance(answer, Refused):
                return answer
        return None

    # --- the registry ---------------------------------------------------------------------------

    @rule(name=st.sampled_from(["OW-1", "OW-2"]))
    def issue(self, name: str) -> None:
        project = ProjectId(name)
        act = self.waiting.get(project) or replace(
            world()[1][0], project=project, reduction=f"{name}/2025-07-01"
        )
        tonnes = {"OW-1": 7, "OW-2": 3}[name]
        if self.ask(project in self.waiting, (REGISTRY_DESK, act)):
            del self.waiting[project]
            self.held[WIND, InstrumentId.of(project, 2025)] += tonnes

    @rule(holder=accounts, unit=units, amount=amounts, slip=st.sampled_from([0] * 5 + [1, -1]))
    def move_to_exchange(
        self, holder: AccountId, unit: InstrumentId, amount: Amount, slip: int
    ) -> None:
        """With `slip` the two institutions are told different amounts."""
        n = amount(self.held[holder, unit])
        there, here = small.to_exchange(holder, n, unit)
        here = small.to_exchange(holder, max(0, n + slip), unit)[1]
        same = max(0, n + slip) == n
        if self.ask(same and 1 <= n <= self.held[holder, unit], there, here):
            self.held[holder, unit] -= n
            self.free[holder, unit] += n
            self.free["outside", unit] -= n

    @rule(holder=accounts, unit=units, amount=amounts, slip=st.sampled_from([0] * 5 + [1]))
    def move_from_exchange(
        self, holder: AccountId, unit: InstrumentId, amount: Amount, slip: int
    ) -> None:
        n = amount(self.free[holder, unit])
        back = small.from_exchange(holder, n, unit)[0]
        out = small.from_exchange(holder, n + slip, unit)[1]
        if self.ask(not slip and 1 <= n <= self.free[holder, unit], back, out):
            self.held[holder, unit] += n
            self.free[holder, unit] -= n
            self.free["outside", unit] += n

    @rule(holder=accounts, unit=units, side=st.integers(0, 1))
    def half_of_a_pair(self, holder: AccountId, unit: InstrumentId, side: int) -> None:
        self.ask(False, small.to_exchange(holder, 1, unit)[side])

    @rule(holder=accounts, unit=units, amount=amounts, actor=st.sampled_from([*HOLDERS, None]))
    def cancel(
        self, holder: AccountId, unit: InstrumentId, amount: Amount, actor: AccountId | None
    ) -> None:
        n = amount(self.held[holder, unit])
        may = actor is None or actor == holder
        asked = (desk(actor or holder), small.cancel(holder, n, unit))
        if self.ask(may and 1 <= n <= self.held[holder, unit], asked):
            self.held[holder, unit] -= n
            self.gone[holder, unit] += n

    @rule(holder=accounts, unit=units, amount=amounts, by_limit=st.booleans())
    def surrender(
        self, holder: AccountId, unit: InstrumentId, amount: Amount, by_limit: bool
    ) -> None:
        left = ALLOWED.get(holder, 0) - self.offset[holder]
        n = amount(left if by_limit else self.held[holder, unit])
        act = SurrenderCredits(account=holder, instrument=unit, tonnes=Tonnes(n), year=2025)
        may = holder in ALLOWED and 1 <= n <= min(left, self.held[holder, unit])
        if self.ask(may, (desk(holder), act)):
            self.held[holder, unit] -= n
            self.gone[holder, unit] += n
            self.offset[holder] += n

    # --- cash -----------------------------------------------------------------------------------

    @rule(holder=accounts, fen=st.sampled_from([0, 1, 7, 300, 1_107]))
    def deposit(self, holder: AccountId, fen: int) -> None:
        act = market.DepositCash(account=holder, amount=Fen(fen), reference="example")
        if self.ask(fen > 0, (BANK, act)):
            self._cash(holder, fen)

    @rule(holder=accounts, amount=amounts)
    def withdraw_cash(self, holder: AccountId, amount: Amount) -> None:
        fen = amount(self.free[holder, CNY])
        act = market.WithdrawCash(account=holder, amount=Fen(fen), reference="example")
        if self.ask(1 <= fen <= self.free[holder, CNY], (BANK, act)):
            self._cash(holder, -fen)

    def _cash(self, holder: AccountId, fen: int) -> None:
        self.free[holder, CNY] += fen
        self.free["outside", CNY] -= fen

    # --- orders ---------------------------------------------------------------------------------

    def base(self, unit: InstrumentId) -> int:
        """The average price of the last earlier day with trades, halves upward."""
        earlier = [t for t in self.trades if t.unit == unit and t.on < self.day]
        last = [trade for trade in earlier if trade.on == earlier[-1].on]
        if not last:
            return INITIAL_FEN
        value, tonnes = sum(t.tonnes * t.price for t in last), sum(t.tonnes for t in last)
        return (2 * value + tonnes) // (2 * tonnes)

    def may_turn(self, holder: AccountId, unit: InstrumentId, side: Side) -> bool:
        """Five trading days lie between buying and selling the same instrument."""
        other = [
            trade.on
            for trade in self.trades
            if trade.unit == unit and holder == (trade.buyer if side is Side.SELL else trade.seller)
        ]
        return not other or self.today - DAYS.index(other[-1]) >= 5

    def rests_opposite(self, holder: AccountId, unit: InstrumentId, side: Side) -> bool:
        """An order of today on the other side: filled both, they would be a turn within a day."""
        return any(
            (order.account, order.day) == (holder, self.day) and order.side is not side
            for order in self.orders[unit]
        )

    def _hold(self, holder: AccountId, asset: str, n: int) -> None:
        self.free[holder, asset] -= n
        self.locked[holder, asset] += n

    @rule(
        holder=accounts,
        unit=units,
        side=st.sampled_from(Side),
        amount=amounts,
        price=st.sampled_from(["lowest", "base", "highest", "below", "above"]),
        name=st.sampled_from(["o1", "o2", "o3", "o4"]),
    )
    def place(
        self,
        holder: AccountId,
        unit: InstrumentId,
        side: Side,
        amount: Amount,
        price: str,
        name: str,
    ) -> None:
        self._place(holder, unit, side, amount, price, name)

    @precondition(lambda self: self.hour == OPEN)
    @rule(maker=accounts, by=st.integers(1, 2), unit=units, side=st.sampled_from(Side))
    def deal(self, maker: AccountId, by: int, unit: InstrumentId, side: Side) -> None:
        """An order at the best price there can be, and another account that takes it."""
        taker = HOLDERS[(HOLDERS.index(maker) + by) % 3]
        price = "lowest" if side is Side.SELL else "highest"
        seller = maker if side is Side.SELL else taker
        most = min(4, self.free[seller, unit])
        self._place(maker, unit, side, lambda _: most, price, f"d{self.number}")
        pick = len(self.orders[unit]) - 1
        self._take(taker, unit, pick, lambda there: max(1, there - 1))

    def _place(
        self,
        holder: AccountId,
        unit: InstrumentId,
        side: Side,
        amount: Amount,
        price: str,
        name: str,
    ) -> None:
        base = self.base(unit)
        low, high = -(-base * 9 // 10), base * 11 // 10
        fen = {"below": low - 1, "lowest": low, "base": base, "highest": high, "above": high + 1}[
            price
        ]
        has = self.free[holder, unit if side is Side.SELL else CNY]
        n = amount(has if side is Side.SELL else has // (fen + 1))
        order = Order(name, holder, side, fen, n, self.arrivals, self.day)
        expected = (
            self.hour == OPEN
            and n >= 1
            and low <= fen <= high
            and order.locked <= has
            and self.may_turn(holder, unit, side)
            and not self.rests_opposite(holder, unit, side)
            and all(order.id != name for order in self.orders[unit])
        )
        act = market.PlaceOrder(
            order=OrderId(name),
            account=holder,
            instrument=unit,
            side=side,
            tonnes=Tonnes(n),
            price=Fen(fen),
        )
        if self.ask(expected, (desk(holder), act)):
            self.orders[unit].append(order)
            self.arrivals += 1
            self._hold(holder, unit if side is Side.SELL else CNY, order.locked)

    def _end(self, unit: InstrumentId, order: Order) -> None:
        self.orders[unit].remove(order)
        self._hold(order.account, unit if order.side is Side.SELL else CNY, -order.locked)

    def _pick(self, unit: InstrumentId, pick: int) -> Order | None:
        orders = self.orders[unit]
        return orders[pick % len(orders)] if orders else None

    @rule(unit=units, pick=st.integers(0, 3), other=st.sampled_from([None, None, *HOLDERS]))
    def withdraw(self, unit: InstrumentId, pick: int, other: AccountId | None) -> None:
        order = self._pick(unit, pick)
        holder = other or (order.account if order else WIND)
        act = market.WithdrawOrder(
            order=OrderId(order.id if order else "o9"), account=holder, instrument=unit
        )
        own = order is not None and order.account == holder
        if self.ask(own and self.hour == OPEN, (desk(holder), act)) and order:
            self._end(unit, order)

    @precondition(lambda self: any(self.orders.values()))
    @rule(taker=accounts, unit=units, pick=st.integers(0, 3), amount=amounts)
    def take(self, taker: AccountId, unit: InstrumentId, pick: int, amount: Amount) -> None:
        self._take(taker, unit, pick, amount)

    def _take(self, taker: AccountId, unit: InstrumentId, pick: int, amount: Amount) -> None:
        order = self._pick(unit, pick)
        n = amount(order.tonnes if order else 1)
        act = market.TakeOrder(
            order=OrderId(order.id if order else "o9"),
            maker=order.account if order else WIND,
            account=taker,
            instrument=unit,
            tonnes=Tonnes(n),
        )
        receipt = self.ask(self._takes(taker, unit, order, n), (desk(taker), act))
        if receipt and order:
            self._trade(str(receipt.act_id), taker, unit, order, n)

    def _takes(self, taker: AccountId, unit: InstrumentId, order: Order | None, n: int) -> bool:
        """One takes the best order of others of the day, within what is listed and one has."""
        if order is None or order.account == taker or (order.day, OPEN) != (self.day, self.hour):
            return False
        buys = order.side is Side.SELL
        today = [o for o in self.orders[unit] if o.day == self.day]
        rivals = [o for o in today if o.side is order.side and o.account != taker]
        best = min(rivals, key=lambda o: (o.price if buys else -o.price, o.arrival))
        value = n * order.price
        cover = value + fee(value) if buys else n
        taking = Side.BUY if buys else Side.SELL
        return (
            best is order
            and 1 <= n <= order.tonnes
            and cover <= self.free[taker, CNY if buys else unit]
            and self.may_turn(taker, unit, taking)
            and not self.rests_opposite(taker, unit, taking)
            and self.may_turn(order.account, unit, order.side)
        )

    def _trade(self, name: str, taker: AccountId, unit: InstrumentId, order: Order, n: int) -> None:
        value = n * order.price
        makers = fee(order.filled + value) - order.charged
        order.filled, order.charged = order.filled + value, order.charged + makers
        order.tonnes -= n
        if not order.tonnes:
            self.orders[unit].remove(order)
        if order.side is Side.SELL:
            self._hold(taker, CNY, value + fee(value))
            parties, fees = (order.account, taker), (makers, fee(value))
        else:
            self._hold(taker, unit, n)
            parties, fees = (taker, order.account), (fee(value), makers)
        trade = Trade(*parties, unit, n, order.price, *fees, self.day)
        self.trades.append(trade)
        self.unsettled[name] = trade

    # --- after the close ------------------------------------------------------------------------

    @precondition(lambda self: self.unsettled)
    @rule(
        pick=st.integers(0, 3),
        slip=st.sampled_from([0] * 5 + [1]),
        late=st.sampled_from([False] * 4 + [True]),
    )
    def settle(self, pick: int, slip: int, late: bool) -> None:
        """Delivery against payment, of the trade as it was made, on its own day."""
        self._settle(sorted(self.unsettled)[pick % len(self.unsettled)], slip, late)

    @precondition(lambda self: self.unsettled)
    @rule()
    def everything_is_settled_after_the_close(self) -> None:
        self.hour = CLOSED
        for name in sorted(self.unsettled):
            self._settle(name, 0, late=False)

    def _settle(self, name: str, slip: int, late: bool) -> None:
        trade = self.unsettled[name]
        terms: dict[str, Any] = {
            "trade": name,
            "seller": trade.seller,
            "buyer": trade.buyer,
            "instrument": trade.unit,
            "tonnes": Tonnes(trade.tonnes + slip),
        }
        answer = self.ask(
            self.hour == CLOSED and not slip and not late,
            (REGISTRY_DESK, credits.DeliverCredits(**terms)),
            (EXCHANGE_DESK, market.SettleTrade(**terms)),
            day=DAYS[self.today + 1] if late else self.day,
        )
        if answer:
            del self.unsettled[name]
            value = trade.tonnes * trade.price
            self.locked[trade.buyer, CNY] -= value + trade.buyer_fee
            self.free[trade.seller, CNY] += value - trade.seller_fee
            self.free["exchange-fees", CNY] += trade.buyer_fee + trade.seller_fee
            self.locked[trade.seller, trade.unit] -= trade.tonnes
            self.free[trade.buyer, trade.unit] += trade.tonnes

    @rule(unit=units, forget=st.sampled_from([False] * 4 + [True]))
    def close(self, unit: InstrumentId, forget: bool) -> None:
        owners = sorted({order.account for order in self.orders[unit]})
        named = tuple(owners[1:] if forget else owners)
        open_trades = any(trade.unit == unit for trade in self.unsettled.values())
        expected = self.hour == CLOSED and not open_trades and list(named) == owners
        act = market.CloseSession(instrument=unit, open_accounts=named)
        if self.ask(expected, (EXCHANGE_DESK, act)):
            for order in list(self.orders[unit]):
                self._end(unit, order)

    @precondition(lambda self: self.hour == OPEN and (self.unsettled or self.number > 9))
    @rule()
    def the_session_ends(self) -> None:
        self.hour = CLOSED

    @precondition(
        lambda self: self.hour == CLOSED and not self.unsettled and self.today < len(DAYS) - 6
    )
    @rule(days=st.sampled_from([1, 1, 4, 5]))
    def another_day(self, days: int) -> None:
        self.today, self.hour = self.today + days, OPEN

    # --- the same id again ----------------------------------------------------------------------

    @precondition(lambda self: self.done)
    @rule(pick=st.integers(0, 10**6))
    def again(self, pick: int) -> None:
        """What was done once is answered with its first receipts, on any day."""
        (requests, _), first = self.done[pick % len(self.done)]
        assert self.app.submit_linked(requests, now=small.clock(self.day, self.hour)) == first

    @precondition(lambda self: self.done)
    @rule(pick=st.integers(0, 10**6))
    def another_act_under_an_id_that_is_taken(self, pick: int) -> None:
        (requests, now), _ = self.done[pick % len(self.done)]
        used: Request = requests[-1]
        another = replace(used, actor=ActorId("someone-else"))
        answer = self.app.submit(another, now=now)
        assert isinstance(answer, Refused)
        assert answer.codes == ("act-id-reused",)
        assert used.act_id == ActId(another.act_id)

    # --- what must always be so -----------------------------------------------------------------

    @invariant()
    def every_account_has_what_the_model_says(self) -> None:
        db = small.raw(self.app)
        rows = db.execute(
            "SELECT account, instrument, bucket, sum(tonnes) FROM holding GROUP BY 1, 2, 3"
        )
        wanted = {(*key, "held"): n for key, n in self.held.items() if n}
        wanted |= {(*key, "cancelled"): n for key, n in self.gone.items() if n}
        at_exchange = {
            key: self.free[key] + self.locked[key]
            for key in {*self.free, *self.locked}
            if key[0] != "outside" and key[1] != CNY
        }
        wanted |= {(*key, "exchange"): n for key, n in at_exchange.items() if n}
        assert {tuple(row[:3]): row[3] for row in rows} == wanted
        found = {(row[0], row[1]): row[2:] for row in db.execute("SELECT * FROM amount")}
        keys = {key for key in {*self.free, *self.locked} if self.free[key] or self.locked[key]}
        assert {key: n for key, n in found.items() if n != (0, 0)} == {
            key: (self.free[key], self.locked[key]) for key in keys
        }

    @invariant()
    def every_serial_is_in_exactly_one_place(self) -> None:
        issued = {"OW-1.2025.1": 12, "OW-2.2025.1": 5}
        issued |= {f"{n}.2025.2": t for n, t in (("OW-1", 7), ("OW-2", 3)) if n not in self.waiting}
        places: dict[str, list[int]] = defaultdict(list)
        for batch, first, last in small.raw(self.app).execute(
            "SELECT batch, first, last FROM holding"
        ):
            places[batch] += range(first, last + 1)
        wanted = {batch: list(range(1, tonnes + 1)) for batch, tonnes in issued.items()}
        assert {batch: sorted(serials) for batch, serials in places.items()} == wanted

    @invariant()
    def cash_is_neither_made_nor_lost(self) -> None:
        rows = small.raw(self.app).execute(
            "SELECT asset, sum(available + locked) FROM amount GROUP BY asset"
        )
        assert {total for _, total in rows} == {0}

    @invariant()
    def nobody_but_outside_is_below_zero(self) -> None:
        rows = small.raw(self.app).execute("SELECT account, available, locked FROM amount")
        assert all(account == "outside" or min(rest) >= 0 for account, *rest in rows)

    @invariant()
    def tables_equal_the_log_and_the_institutions_agree(self) -> None:
        small.assert_whole(self.app)

    @invariant()
    def cancelled_never_shrinks(self) -> None:
        db = small.raw(self.app)
        sql = "SELECT coalesce(sum(tonnes), 0) FROM holding WHERE bucket = 'cancelled'"
        (now,) = db.execute(sql).fetchone()
        assert now >= self.cancelled_before
        self.cancelled_before = now

    @invariant()
    def each_log_only_grows(self) -> None:
        for log in (REGISTRY, EXCHANGE):
            leaves = [merkle.leaf_hash(entry) for entry in self.app.store.entries(log)]
            size, root = self.roots.get(log, (len(leaves), merkle.root(leaves)))
            proof = merkle.consistency_proof(leaves, size)
            now = merkle.root(leaves)
            assert merkle.verify_consistency(size, len(leaves), root, now, proof)
            self.roots[log] = len(leaves), now

    def teardown(self) -> None:
        if hasattr(self, "app"):
            self.app.store.close()


def _run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Market,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_few_random_days_go_as_the_model_says() -> None:
    _run(5, 25)


@pytest.mark.slow
def test_many_random_days_go_as_the_model_says() -> None:
    _run(30, 50)
