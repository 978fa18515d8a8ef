"""Random supervision at the one door, beside a model of plain numbers that predicts every answer.

The model knows, from reading the rules and not from the code: what is held, frozen and cancelled;
until when each freeze holds; what each order asks for and how much of it is met; whether the
account is restricted. It says before each act whether it must be accepted. Numbers are small, and
days too.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import small_world as small
from openccer.app.acts import REGISTRY, Act
from openccer.app.entry import Request
from openccer.app.facade import App, Receipt
from openccer.kernel.calendar import Period
from openccer.kernel.ids import AccountId, ActId, ActorId, Digest
from openccer.kernel.outcome import Refused
from openccer.kernel.quantity import Fen, Tonnes
from openccer.ledger.blocks import Bucket, Holding, holding_key
from openccer.mandate.model import GrantRole, Role
from openccer.registry.supervision import acts
from openccer.registry.supervision import acts_credits as credits
from openccer.registry.supervision.records import Party, PartyKind
from small_world import OPENING, POWER, REGISTRY_DESK, UNIT, WIND, cancel, desk

ALL = 12
FIRST = date(2026, 4, 1)
PROVINCE, PROVINCE_DESK = "provincial_authority", ActorId("province-desk")
CASE, PAPER = ActId("case"), Digest("e" * 64)
ANYONE = ActorId("anyone")

small_amounts = st.integers(0, ALL + 1)
spans = st.integers(-1, 3)


@dataclass
class Freeze:
    tonnes: int
    until: date


@dataclass
class Order:
    sanction: ActId
    open: int
    met: int
    due: date
    shortfall: bool = False
    reversed: bool = False


@cache
def world() -> App:
    """The wind owner holds 12 t; a province has a case on it."""
    made = small.credits_world(small.new_app(), ALL)
    grant = GrantRole(grantee=PROVINCE_DESK, role=Role.REGULATOR, subject=PROVINCE)
    made.do(OPENING, (REGISTRY_DESK, grant))
    other = replace(grant, grantee=small.second(PROVINCE_DESK))
    made.do(OPENING, (REGISTRY_DESK, other))
    opened = acts.OpenInspection(
        case=CASE,
        authority=PROVINCE,
        party=Party(kind=PartyKind.ACCOUNT, id=WIND),
        project=small.PROJECT,
        evidence=PAPER,
    )
    made.do(FIRST, (PROVINCE_DESK, opened))
    return made.app


class Supervision(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.app = small.copy_of(world())
        self.day = FIRST
        self.count = 0
        self.held = {WIND: ALL, POWER: 0}
        self.gone = 0
        self.freezes: dict[ActId, Freeze] = {}
        self.orders: dict[ActId, Order] = {}
        self.restricted: ActId | None = None
        self.last: tuple[Request, Receipt] | None = None
        self.gone_before = 0

    def ask(self, actor: ActorId, act: Act, accepted: bool) -> ActId:
        """Ask, hold the answer against the prediction, and give the act's id."""
        self.count += 1
        act_id = ActId(f"step-{self.count}")
        request = Request(log=REGISTRY, act=act, act_id=act_id, actor=actor, day=self.day)
        now = small.clock(self.day)
        told = [self.app.submit(proposal, now=now) for proposal in small.proposals([request])]
        refused = [answer for answer in told if isinstance(answer, Refused)]
        answer = refused[0] if refused else self.app.submit(request, now=now)
        assert isinstance(answer, Refused) != accepted, (act, answer)
        if isinstance(answer, Receipt):
            self.last = request, answer
        return act_id

    def some_freeze(self, pick: int) -> tuple[ActId, Freeze]:
        """A freeze there is or was; one that never was where there is none."""
        known = list(self.freezes.items())
        return known[pick % len(known)] if known else (ActId("none"), Freeze(0, self.day))

    # --- time and repetition --------------------------------------------------------------------

    @rule(days=st.integers(1, 3))
    def time_passes(self, days: int) -> None:
        self.day += timedelta(days)

    @precondition(lambda self: self.last is not None)
    @rule()
    def the_same_act_again(self) -> None:
        assert self.last is not None
        request, receipt = self.last
        assert self.app.submit(request, now=small.clock(self.day)) == receipt

    # --- freezes --------------------------------------------------------------------------------

    @rule(tonnes=small_amounts, span=spans)
    def freeze(self, tonnes: int, span: int) -> None:
        hold, until = ActId(f"hold-{self.count}"), self.day + timedelta(span)
        fine = 1 <= tonnes <= self.held[WIND] and span >= 0
        act = credits.FreezeCredits(
            hold=hold,
            account=WIND,
            instrument=UNIT,
            tonnes=Tonnes(tonnes),
            reason="example",
            until=until,
            evidence=PAPER,
        )
        self.ask(REGISTRY_DESK, act, fine)
        if fine:
            self.freezes[hold] = Freeze(tonnes, until)
            self.held[WIND] -= tonnes

    @rule(pick=st.integers(0, 9), span=spans)
    def extend(self, pick: int, span: int) -> None:
        hold, known = self.some_freeze(pick)
        until = self.day + timedelta(span)
        fine = known.tonnes > 0 and self.day <= known.until < until
        self.ask(REGISTRY_DESK, credits.ExtendFreeze(hold=hold, until=until, evidence=PAPER), fine)
        if fine:
            known.until = until

    @rule(pick=st.integers(0, 9))
    def release(self, pick: int) -> None:
        hold, known = self.some_freeze(pick)
        act = credits.ReleaseFrozenCredits(hold=hold, account=WIND, instrument=UNIT, evidence=PAPER)
        self.ask(REGISTRY_DESK, act, known.tonnes > 0)
        self.thawed(known)

    @rule(pick=st.integers(0, 9))
    def anyone_ends(self, pick: int) -> None:
        hold, known = self.some_freeze(pick)
        fine = known.tonnes > 0 and self.day > known.until
        self.ask(ANYONE, credits.EndFreeze(hold=hold, account=WIND, instrument=UNIT), fine)
        if fine:
            self.thawed(known)

    def thawed(self, known: Freeze) -> None:
        self.held[WIND] += known.tonnes
        known.tonnes = 0

    @rule(pick=st.integers(0, 9), tonnes=small_amounts)
    def judgment(self, pick: int, tonnes: int) -> None:
        hold, known = self.some_freeze(pick)
        fine = 1 <= tonnes <= known.tonnes and self.day <= known.until
        act = credits.TransferByJudgment(
            hold=hold,
            account=WIND,
            target=POWER,
            instrument=UNIT,
            tonnes=Tonnes(tonnes),
            judgment=PAPER,
        )
        self.ask(REGISTRY_DESK, act, fine)
        if fine:
            known.tonnes -= tonnes
            self.held[POWER] += tonnes

    # --- false credits --------------------------------------------------------------------------

    @rule(false=small_amounts, asked=small_amounts, span=spans, wilful=st.booleans())
    def found_and_ordered(self, false: int, asked: int, span: int, wilful: bool) -> None:
        finding = acts.RecordFinding(
            case=CASE,
            authority=PROVINCE,
            breach="penalty.ccer.false_papers",
            breached=Period(FIRST, FIRST),
            evidence=PAPER,
            wilful=wilful,
            serious=False,
            harm=False,
            gains=Fen(0),
            false_tonnes={UNIT: Tonnes(false)},
        )
        found = self.ask(PROVINCE_DESK, finding, 1 <= false <= ALL)
        order, due = ActId(f"order-{self.count}"), self.day + timedelta(span)
        act = credits.OrderCompensation(
            case=CASE,
            authority=PROVINCE,
            account=WIND,
            finding=found,
            order=order,
            instrument=UNIT,
            tonnes=Tonnes(asked),
            due=due,
            evidence=PAPER,
        )
        fine = 1 <= false <= ALL and asked == false and wilful and span >= 0
        sanction = self.ask(PROVINCE_DESK, act, fine)
        if fine:
            self.orders[order] = Order(sanction, asked, 0, due)

    @rule(false=st.integers(1, ALL), span=st.integers(0, 2))
    def truly_ordered(self, false: int, span: int) -> None:
        self.found_and_ordered(false, false, span, True)

    def some_order(self, pick: int) -> tuple[ActId, Order]:
        known = list(self.orders.items())
        return known[pick % len(known)] if known else (ActId("none"), Order(CASE, 0, 0, FIRST))

    @rule(pick=st.integers(0, 9), tonnes=small_amounts)
    def compensate(self, pick: int, tonnes: int) -> None:
        order, known = self.some_order(pick)
        fine = 1 <= tonnes <= min(known.open, self.held[WIND]) and not self.restricted
        act = credits.Compensate(account=WIND, order=order, instrument=UNIT, tonnes=Tonnes(tonnes))
        self.ask(desk(WIND), act, fine)
        if fine:
            self.met(known, tonnes)

    @rule(pick=st.integers(0, 9), tonnes=small_amounts)
    def by_force(self, pick: int, tonnes: int) -> None:
        order, known = self.some_order(pick)
        fine = self.day > known.due and 1 <= tonnes <= min(known.open, self.held[WIND])
        act = credits.CancelByForce(
            account=WIND, order=order, instrument=UNIT, tonnes=Tonnes(tonnes), evidence=PAPER
        )
        self.ask(REGISTRY_DESK, act, fine)
        if fine:
            self.met(known, tonnes)

    def met(self, known: Order, tonnes: int) -> None:
        known.open -= tonnes
        known.met += tonnes
        self.held[WIND] -= tonnes
        self.gone += tonnes

    @rule(pick=st.integers(0, 9))
    def shortfall(self, pick: int) -> None:
        order, known = self.some_order(pick)
        fine = self.day > known.due and known.open > 0 and not known.shortfall
        act = credits.RecordShortfall(case=CASE, authority=PROVINCE, order=order, evidence=PAPER)
        self.ask(PROVINCE_DESK, act, fine)
        known.shortfall |= fine

    @precondition(lambda self: self.orders)
    @rule(pick=st.integers(0, 9))
    def reverse(self, pick: int) -> None:
        order, known = self.some_order(pick)
        act = acts.ReverseSanction(
            case=CASE,
            authority=PROVINCE,
            party=Party(kind=PartyKind.ACCOUNT, id=WIND),
            sanction=known.sanction,
            project=None,
            order=order,
            evidence=PAPER,
        )
        self.ask(PROVINCE_DESK, act, not known.reversed)
        known.reversed, known.open = True, 0

    # --- the account ----------------------------------------------------------------------------

    @precondition(lambda self: self.restricted is None)
    @rule()
    def restrict(self) -> None:
        act = acts.RestrictAccount(account=WIND, cause="other_breach", evidence=PAPER)
        self.restricted = self.ask(REGISTRY_DESK, act, True)

    @rule()
    def restore(self) -> None:
        sanction = self.restricted or ActId("none")
        act = acts.LiftRestriction(account=WIND, sanction=sanction, evidence=PAPER)
        self.ask(REGISTRY_DESK, act, self.restricted is not None)
        self.restricted = None

    @rule(tonnes=st.integers(0, 2))
    def owner_cancels(self, tonnes: int) -> None:
        fine = 1 <= tonnes <= self.held[WIND] and not self.restricted
        self.ask(desk(WIND), cancel(WIND, tonnes), fine)
        if fine:
            self.held[WIND] -= tonnes
            self.gone += tonnes

    # --- always ---------------------------------------------------------------------------------

    def holding(self, account: AccountId) -> Holding:
        key = (REGISTRY, (Holding, holding_key(account, UNIT)))
        found = self.app.store.load([key])[key]
        assert found is None or isinstance(found, Holding)
        return found or Holding(account=account, instrument=UNIT)

    @invariant()
    def credits_are_where_the_model_says(self) -> None:
        wind, power = self.holding(WIND), self.holding(POWER)
        frozen = sum(known.tonnes for known in self.freezes.values())
        assert wind.tonnes(Bucket.HELD) == self.held[WIND]
        assert power.tonnes(Bucket.HELD) == self.held[POWER]
        assert wind.tonnes(Bucket.FROZEN) == frozen >= 0
        assert wind.tonnes(Bucket.CANCELLED) == self.gone >= self.gone_before
        assert sum(self.held.values()) + frozen + self.gone == ALL
        self.gone_before = self.gone

    def teardown(self) -> None:
        assert self.app.check() == []
        self.app.store.close()


def _run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Supervision,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_few_random_days_of_supervision_go_as_the_model_says() -> None:
    _run(8, 25)


@pytest.mark.slow
def test_many_random_days_of_supervision_go_as_the_model_says() -> None:
    _run(40, 50)
