"""Random acts on credits, each by two persons, beside a model that predicts every answer.

One person of a desk proposes and the proposal is left open, approved, ended or forgotten, while
others spend, freeze and block and days pass. The model (credits_model.py) says before each request
whether it must be accepted, and after it what must be where. Numbers are small, and the edges (one
less than there is, all there is, one more) come from the state.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from credits_model import BUFFER, WAITS, Books, Freeze, Where
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
from openccer.app.approval import ending_of, proposal_of
from openccer.app.entry import Request
from openccer.app.facade import App, Receipt
from openccer.approval.model import Proposal, ProposeAct
from openccer.compliance.model import SurrenderCredits
from openccer.kernel.ids import AccountId, ActId, ActorId, InstrumentId, ProjectId, ReductionId
from openccer.kernel.outcome import Refused
from openccer.kernel.quantity import Tonnes
from openccer.ledger.blocks import Block
from openccer.ledger.records import UnitClass
from openccer.mandate.model import ConfirmRule
from openccer.registry.credits import acts as credits
from openccer.registry.reconciliation import acts as reconciliation
from openccer.registry.supervision import acts_credits as supervision
from openccer.registry.units import acts as units_acts
from small_world import POWER, REGISTRY_DESK, STEEL, UNIT, WIND, desk, second

HOLDERS = (WIND, POWER, STEEL)
LEGACY, PILOT = InstrumentId("LEGACY-1.2015"), InstrumentId("PILOT-1.2025")
FIRST, LAST = date(2026, 9, 14), date(2026, 12, 11)  # before the day to surrender by
GIFT = "unit.non_trade_transfer.gift"
HOW = ["left open"] * 4 + ["by two"] * 3 + ["by one", "alone", "by a stranger"]

accounts = st.sampled_from(HOLDERS)
units = st.sampled_from((UNIT, UNIT, PILOT, LEGACY))
how = st.sampled_from(HOW)
Amount = Callable[[int], int]
# An amount: a small number, or what there is and its neighbours.
amounts = st.one_of(
    st.integers(0, 12).map(lambda n: lambda have: n),
    st.integers(-1, 1).map(lambda by: lambda have: max(0, have + by)),
)
picks = st.integers(0, 10**6)
who = st.sampled_from(["the proposer", "another", "another", "another", "a stranger"])


@dataclass
class Waiting:
    """A proposal, by the request that is to approve it."""

    request: Request
    proposer: ActorId
    on: date
    reserve: tuple[Where, int] | None
    open: bool = True

    @property
    def until(self) -> date:
        return self.on + timedelta(WAITS - 1)


def given(cause: str, source: AccountId, target: AccountId, unit: InstrumentId, n: int) -> Act:
    terms: dict[str, Any] = {"source": source, "target": target, "cause": cause}
    paper = small.digest(6)
    return credits.TransferCredits(**terms, instrument=unit, tonnes=Tonnes(n), evidence=paper)


def recorded(kind: UnitClass, holder: AccountId, n: int, buffer: int) -> units_acts.RecordUnits:
    unit, filed = (PILOT, date(2026, 3, 2))
    if kind is UnitClass.LEGACY:
        unit, filed = LEGACY, date(2016, 5, 4)
    project = ProjectId(unit.partition(".")[0])
    return units_acts.RecordUnits(
        unit_class=kind,
        project=project,
        reduction=ReductionId(f"{project}/{unit.year}"),
        account=holder,
        year=unit.year,
        tonnes=Tonnes(n),
        buffer=Tonnes(buffer),
        filed=filed,
        evidence=small.digest(7),
    )


@cache
def world() -> tuple[App, credits.IssueCredits]:
    """Credits at all three holders, pilot units with a buffer, and a reduction not yet issued."""
    made = small.World(small.new_app())
    small.opened(made)
    small.accounts(made)
    small.project(made)
    small.issued(made, 12)
    waiting = small.reduction(made, 7, small.SECOND_HALF)
    day = date(2026, 4, 1)
    for taker, tonnes in ((POWER, 4), (STEEL, 2)):
        made.do(day, (REGISTRY_DESK, given("succession", WIND, taker, UNIT, tonnes)))
    made.do(day, (REGISTRY_DESK, recorded(UnitClass.PILOT, STEEL, 6, 2)))
    small.obliged(made, POWER, 200)
    small.obliged(made, STEEL, 59)
    small.confirmed(made)
    return made.app, waiting


def books(waiting: credits.IssueCredits) -> Books:
    """The same world in numbers."""
    found = Books(FIRST)
    found.held.update({(WIND, UNIT): 6, (POWER, UNIT): 4, (STEEL, UNIT): 2})
    found.held.update({(STEEL, PILOT): 4, (BUFFER, PILOT): 2})
    found.batches.update({UNIT: [12], PILOT: [6]})
    found.classes.update({UNIT: UnitClass.CCER, PILOT: UnitClass.PILOT})
    found.waiting[waiting.reduction] = 7
    return found


def persons(act: Act) -> tuple[ActorId, ActorId]:
    """The two who may ask for it."""
    of_holder = credits.CancelCredits | credits.SetTransferTerms | SurrenderCredits
    first = desk(act.account) if isinstance(act, of_holder) else REGISTRY_DESK
    return first, second(first)


def stranger(act: Act) -> ActorId:
    """One with a role, and not the role for this."""
    return desk(WIND) if persons(act)[0] != desk(WIND) else desk(POWER)


def reserved_by(act: Act) -> tuple[Where, int] | None:
    """What a proposal of it sets aside."""
    if isinstance(act, credits.TransferCredits):
        return (act.source, act.instrument), act.tonnes.count
    spends = credits.CancelCredits | SurrenderCredits | supervision.FreezeCredits
    if isinstance(act, spends):
        return (act.account, act.instrument), act.tonnes.count
    return None


def another_content(act: Act) -> Act:
    """The same act but for one thing in it."""
    match act:
        case credits.IssueCredits():
            return replace(act, years=())
        case credits.SetTransferTerms():
            return replace(act, delay=act.delay + 1)
        case supervision.ReleaseFrozenCredits():
            return replace(act, evidence=small.digest(99))
        case reconciliation.UnblockAccount():
            return replace(act, reconciliation_digest=small.digest(99))
        case _:
            return replace(act, tonnes=Tonnes(act.tonnes.count + 1))  # type: ignore


class Credits(RuleBasedStateMachine):
    """What the registry must say, whatever two persons ask of it, in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        template, self.issuance = world()
        self.app = small.copy_of(template)
        self.books = books(self.issuance)
        self.proposals: list[Waiting] = []
        self.done: dict[ActId, tuple[Request, Receipt]] = {}
        self.number = 0
        self.gone_before: dict[Where, int] = {}

    # --- asking ---------------------------------------------------------------------------------

    @property
    def day(self) -> date:
        return self.books.day

    def fresh(self) -> ActId:
        self.number += 1
        return ActId(f"s-{self.number}")

    def asked(self, actor: ActorId, act: Act) -> Request:
        return Request(log=REGISTRY, act=act, act_id=self.fresh(), actor=actor, day=self.day)

    def ask(self, request: Request, expected: bool) -> bool:
        """Is it done now? The answer must be the predicted one; of an id that was used, the old."""
        answer = self.app.submit(request, now=small.clock(self.day))
        if request.act_id in self.done:
            before, receipt = self.done[request.act_id]
            if request == before:
                assert answer == receipt
            else:
                assert isinstance(answer, Refused)
                assert answer.codes == ("act-id-reused",)
            return False
        assert isinstance(answer, Receipt) is expected, (request, answer)
        if isinstance(answer, Receipt):
            self.done[request.act_id] = request, answer
        return expected

    def propose(self, act: Act, how: str) -> None:
        """Ask for the act in one of the ways of HOW."""
        first, other = persons(act)
        request = self.asked(first, act)
        if how == "alone":
            self.ask(request, False)
            return
        proposer = stranger(act) if how == "by a stranger" else other
        proposal = proposal_of(request, proposer)
        assert proposal is not None
        expected = how != "by a stranger" and self.books.may(act, self.day)
        if not self.ask(proposal, expected):
            return
        waiting = Waiting(request, proposer, self.day, reserved_by(act))
        self.proposals.append(waiting)
        if waiting.reserve:
            self.books.held[waiting.reserve[0]] -= waiting.reserve[1]
        if how != "left open":
            self._approve(waiting, proposer if how == "by one" else first)

    def _freed(self, waiting: Waiting, times: int = 1) -> None:
        if waiting.reserve:
            self.books.held[waiting.reserve[0]] += times * waiting.reserve[1]

    def _approve(self, waiting: Waiting, actor: ActorId, *, same: bool = True) -> None:
        act = waiting.request.act if same else another_content(waiting.request.act)
        request = replace(waiting.request, act=act, actor=actor, day=self.day)
        in_time = waiting.open and self.day <= waiting.until
        expected = same and in_time and actor in persons(act) and actor != waiting.proposer
        if not expected:
            self.ask(request, False)
            return
        self._freed(waiting)
        if self.ask(request, self.books.may(act, self.day, waiting.on)):
            waiting.open = False
            self.books.done(act)
        else:
            self._freed(waiting, -1)

    def _picked(self, pick: int, only_open: bool = False) -> Waiting:
        known = [found for found in self.proposals if found.open or not only_open]
        return (known or self.proposals)[pick % len(known or self.proposals)]

    def _person(self, waiting: Waiting, who: str) -> ActorId:
        act = waiting.request.act
        others = [person for person in persons(act) if person != waiting.proposer]
        named = {"the proposer": waiting.proposer, "a stranger": stranger(act)}
        return named.get(who, others[0])

    # --- proposals ------------------------------------------------------------------------------

    @precondition(lambda self: self.proposals)
    @rule(pick=picks, who=who, same=st.sampled_from([True] * 4 + [False]), live=st.booleans())
    def approve(self, pick: int, who: str, same: bool, live: bool) -> None:
        waiting = self._picked(pick, live)
        self._approve(waiting, self._person(waiting, who), same=same)

    @precondition(lambda self: self.proposals)
    @rule(
        pick=picks,
        who=st.sampled_from(["the proposer", "another", "a stranger", "the registry"]),
        said=st.sampled_from(["a test"] * 4 + [" "]),
        same=st.sampled_from([True] * 4 + [False]),
    )
    def end(self, pick: int, who: str, said: str, same: bool) -> None:
        waiting = self._picked(pick, only_open=True)
        actor = REGISTRY_DESK if who == "the registry" else self._person(waiting, who)
        act = waiting.request.act if same else another_content(waiting.request.act)
        asked = ending_of(replace(waiting.request, act=act, day=self.day), actor, said)
        may = actor in persons(act) or (actor == REGISTRY_DESK and self.day > waiting.until)
        expected = same and may and waiting.open and bool(said.strip())
        if self.ask(replace(asked, act_id=self.fresh()), expected):
            waiting.open = False
            self._freed(waiting)

    @precondition(lambda self: self.proposals)
    @rule(pick=picks)
    def propose_under_an_id_that_is_taken(self, pick: int) -> None:
        waiting = self._picked(pick)
        proposal = proposal_of(waiting.request, waiting.proposer)
        assert proposal is not None
        assert isinstance(proposal.act, ProposeAct)
        self.ask(replace(proposal, act_id=self.fresh(), day=self.day), False)

    # --- what is proposed -----------------------------------------------------------------------

    @rule(holder=accounts, unit=units, amount=amounts, how=how)
    def cancel(self, holder: AccountId, unit: InstrumentId, amount: Amount, how: str) -> None:
        self.propose(small.cancel(holder, amount(self.books.held[holder, unit]), unit), how)

    @rule(holder=st.sampled_from([POWER, STEEL, STEEL, WIND]), amount=amounts, unit=units, how=how)
    def surrender(self, holder: AccountId, amount: Amount, unit: InstrumentId, how: str) -> None:
        tonnes = Tonnes(amount(self.books.held[holder, unit]))
        act = SurrenderCredits(account=holder, instrument=unit, tonnes=tonnes, year=2025)
        self.propose(act, how)

    @rule(
        source=accounts,
        by=st.integers(0, 2),
        unit=units,
        amount=amounts,
        cause=st.sampled_from(["succession", "compulsory_enforcement", "gift", "gift", "sale"]),
        how=how,
    )
    def transfer(
        self,
        source: AccountId,
        by: int,
        unit: InstrumentId,
        amount: Amount,
        cause: str,
        how: str,
    ) -> None:
        target = HOLDERS[(HOLDERS.index(source) + by) % 3]
        have = self.books.held[source, unit]
        self.propose(given(cause, source, target, unit, amount(have)), how)

    @rule(
        holder=accounts,
        delay=st.integers(0, 6),
        trusted=st.lists(accounts, max_size=2, unique=True),
        how=how,
    )
    def terms(self, holder: AccountId, delay: int, trusted: list[AccountId], how: str) -> None:
        act = credits.SetTransferTerms(account=holder, delay=delay, trusted=tuple(trusted))
        self.propose(act, how)

    @rule(how=how)
    def issue(self, how: str) -> None:
        self.propose(self.issuance, how)

    @rule(
        kind=st.sampled_from([UnitClass.LEGACY, UnitClass.PILOT]),
        holder=accounts,
        tonnes=st.integers(0, 4),
        buffer=st.integers(0, 3),
        late=st.booleans(),
        how=how,
    )
    def record(
        self,
        kind: UnitClass,
        holder: AccountId,
        tonnes: int,
        buffer: int,
        late: bool,
        how: str,
    ) -> None:
        act = recorded(kind, holder, tonnes, buffer)
        self.propose(replace(act, filed=date(2017, 3, 14)) if late else act, how)

    @rule(owner=accounts, unit=units, amount=amounts, blame=st.booleans(), how=how)
    def reverse(
        self, owner: AccountId, unit: InstrumentId, amount: Amount, blame: bool, how: str
    ) -> None:
        act = units_acts.ReverseUnits(
            instrument=unit,
            owner=owner,
            tonnes=Tonnes(amount(self.books.held[BUFFER, unit])),
            blame=blame,
            evidence=small.digest(8),
        )
        self.propose(act, how)

    @rule(owner=accounts, unit=st.sampled_from([PILOT, PILOT, UNIT]), amount=amounts, how=how)
    def release_buffer(
        self, owner: AccountId, unit: InstrumentId, amount: Amount, how: str
    ) -> None:
        tonnes = Tonnes(amount(self.books.held[BUFFER, unit]))
        act = units_acts.ReleaseBuffer(
            instrument=unit, owner=owner, tonnes=tonnes, evidence=small.digest(9)
        )
        self.propose(act, how)

    # --- freezes and blocks ---------------------------------------------------------------------

    @rule(
        holder=accounts, unit=units, amount=amounts, span=st.sampled_from([-1, 0, 1, 20]), how=how
    )
    def freeze(
        self, holder: AccountId, unit: InstrumentId, amount: Amount, span: int, how: str
    ) -> None:
        act = supervision.FreezeCredits(
            hold=ActId(f"hold-{self.number}"),
            account=holder,
            instrument=unit,
            tonnes=Tonnes(amount(self.books.held[holder, unit])),
            reason="example",
            until=self.day + timedelta(span),
            evidence=small.digest(5),
        )
        self.propose(act, how)

    def _frozen(self, pick: int) -> tuple[ActId, Freeze]:
        """A freeze there is or was; one that never was where there is none."""
        known = list(self.books.freezes.items())
        return (
            known[pick % len(known)] if known else (ActId("none"), Freeze((WIND, UNIT), 0, FIRST))
        )

    @rule(pick=picks, how=how)
    def release_frozen(self, pick: int, how: str) -> None:
        hold, freeze = self._frozen(pick)
        account, unit = freeze.where
        act = supervision.ReleaseFrozenCredits(
            hold=hold, account=account, instrument=unit, evidence=small.digest(5)
        )
        self.propose(act, how)

    @rule(pick=picks)
    def anyone_ends_a_freeze(self, pick: int) -> None:
        hold, freeze = self._frozen(pick)
        account, unit = freeze.where
        act = supervision.EndFreeze(hold=hold, account=account, instrument=unit)
        over = freeze.tonnes > 0 and self.day > freeze.until
        if self.ask(self.asked(ActorId("anyone"), act), over):
            self.books.thaw(hold)

    @rule(holder=accounts, differs=st.sampled_from([1, 1, 0]))
    def block(self, holder: AccountId, differs: int) -> None:
        """A stop needs one person."""
        figure = reconciliation.Figure(
            instrument=UNIT, registry=Tonnes(0), exchange=Tonnes(differs)
        )
        act = reconciliation.BlockAccount(
            account=holder, figures=(figure,), reconciliation_digest=small.digest(4)
        )
        request = self.asked(REGISTRY_DESK, act)
        if self.ask(request, bool(differs) and holder not in self.books.blocked):
            self.books.blocked[holder] = request.act_id

    @rule(holder=accounts, how=how)
    def unblock(self, holder: AccountId, how: str) -> None:
        blocked = list(self.books.blocked.items())
        account, block = blocked[0] if blocked else (holder, ActId("none"))
        figure = reconciliation.Figure(instrument=UNIT, registry=Tonnes(0), exchange=Tonnes(0))
        act = reconciliation.UnblockAccount(
            account=account, block=block, figures=(figure,), reconciliation_digest=small.digest(4)
        )
        self.propose(act, how)

    @precondition(lambda self: not self.books.gifts)
    @rule()
    def the_reading_is_confirmed(self) -> None:
        act = ConfirmRule(rule=GIFT, since=date(2023, 11, 16), statement="confirmed for a test")
        self.books.gifts = self.ask(self.asked(REGISTRY_DESK, act), True)

    # --- time and repetition --------------------------------------------------------------------

    @rule(days=st.sampled_from([1, 1, 2, 3, 5, 13, 14]))
    def time_passes(self, days: int) -> None:
        self.books.day = min(LAST, self.day + timedelta(days))

    @precondition(lambda self: self.done)
    @rule(pick=picks)
    def again(self, pick: int) -> None:
        """What was done once is answered with its first receipt, on any day."""
        request, _ = list(self.done.values())[pick % len(self.done)]
        assert not self.ask(request, False)

    @precondition(lambda self: self.done)
    @rule(pick=picks, holder=accounts)
    def another_act_under_an_id_that_is_taken(self, pick: int, holder: AccountId) -> None:
        request, _ = list(self.done.values())[pick % len(self.done)]
        act = replace(small.cancel(holder, 1), beneficiary="another")
        assert not self.ask(replace(request, act=act, actor=desk(holder)), False)

    @precondition(lambda self: self.day < LAST - timedelta(30))
    @rule(source=accounts, by=st.integers(1, 2), delay=st.integers(1, 4), later=st.integers(1, 6))
    def a_gift_that_waits(self, source: AccountId, by: int, delay: int, later: int) -> None:
        """Proposed on any day of the week, and asked for on each day until it may be given."""
        if not self.books.gifts:
            self.the_reading_is_confirmed()
        self.terms(source, delay, [], "by two")
        self.time_passes(later)
        known = len(self.proposals)
        self.transfer(source, by, UNIT, lambda have: 1, "gift", "left open")
        for waiting in self.proposals[known:]:
            while waiting.open and self.day <= waiting.until:
                self._approve(waiting, REGISTRY_DESK)
                self.time_passes(1)

    @precondition(lambda self: any(found.open for found in self.proposals) and self.day < LAST)
    @rule(pick=picks, late=st.integers(0, 1))
    def on_its_last_day_or_the_next(self, pick: int, late: int) -> None:
        waiting = self._picked(pick, only_open=True)
        self.books.day = max(self.day, min(LAST, waiting.until + timedelta(late)))
        self._approve(waiting, self._person(waiting, "another"))

    # --- what must always be so -----------------------------------------------------------------

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return small.raw(self.app).execute(sql).fetchall()

    def _waits(self) -> list[tuple[Where, int]]:
        return [found.reserve for found in self.proposals if found.open and found.reserve]

    @invariant()
    def every_account_has_what_the_model_says(self) -> None:
        wanted: Counter[tuple[str, str, str]] = Counter()
        for where, tonnes in self._waits():
            wanted[(*where, "reserved")] += tonnes
        for freeze in self.books.freezes.values():
            wanted[(*freeze.where, "frozen")] += freeze.tonnes
        for bucket, amounts_of in (("held", self.books.held), ("cancelled", self.books.gone)):
            wanted.update({(*where, bucket): n for where, n in amounts_of.items()})
        sql = "SELECT account, instrument, bucket, sum(tonnes) FROM holding GROUP BY 1, 2, 3"
        assert {row[:3]: row[3] for row in self._rows(sql)} == {
            k: n for k, n in wanted.items() if n
        }

    @invariant()
    def every_serial_is_in_exactly_one_place(self) -> None:
        places: Counter[tuple[str, int]] = Counter()
        for batch, first, last in self._rows("SELECT batch, first, last FROM holding"):
            places.update((batch, serial) for serial in range(first, last + 1))
        wanted = {
            (f"{unit}.{number}", serial): 1
            for unit, sizes in self.books.batches.items()
            for number, size in enumerate(sizes, start=1)
            for serial in range(1, size + 1)
        }
        assert places == wanted

    @invariant()
    def each_batch_sums_to_zero_with_the_issuer(self) -> None:
        """Added up from the movements alone: only the issuer is below zero."""
        sums: Counter[tuple[str, str, str]] = Counter()
        sql = "SELECT batch, last - first + 1, {0}_account, {0}_bucket FROM movement"
        for side, sign in (("debit", -1), ("credit", 1)):
            for batch, tonnes, *place in self._rows(sql.format(side)):
                sums[batch, place[0], place[1]] += sign * tonnes
        below = {batch: -n for (batch, account, _), n in sums.items() if account == "issuer"}
        sizes = self.books.batches.items()
        assert below == {f"{unit}.{n}": size for unit, s in sizes for n, size in enumerate(s, 1)}
        assert sum(sums.values()) == 0
        kept = {place: n for place, n in sums.items() if place[1] != "issuer" and n}
        found = "SELECT batch, account, bucket, sum(tonnes) FROM holding GROUP BY 1, 2, 3"
        assert kept == {row[:3]: row[3] for row in self._rows(found)}

    @invariant()
    def open_proposals_hold_exactly_what_is_reserved(self) -> None:
        keys = [(REGISTRY, (Proposal, found.request.act_id)) for found in self.proposals]
        loaded = self.app.store.load(keys)
        waiting = [found for found in loaded.values() if isinstance(found, Proposal)]
        assert [found.open for found in waiting] == [found.open for found in self.proposals]
        blocks: list[Block] = []
        for found in waiting:
            blocks += found.reserve.blocks if found.reserve else ()
        mine = sorted((str(b.batch), n) for b in blocks for n in range(b.first, b.last + 1))
        sql = "SELECT batch, first, last FROM holding WHERE bucket = 'reserved'"
        theirs = sorted((b, n) for b, one, last in self._rows(sql) for n in range(one, last + 1))
        assert mine == theirs

    @invariant()
    def cancelled_never_falls(self) -> None:
        sql = "SELECT account, instrument, sum(tonnes) FROM holding WHERE bucket = 'cancelled'"
        now = {row[:2]: row[2] for row in self._rows(sql + " GROUP BY 1, 2")}
        assert all(now.get(where, 0) >= n for where, n in self.gone_before.items())
        self.gone_before = now

    @invariant()
    def tables_equal_the_log(self) -> None:
        assert self.app.check() == []

    def teardown(self) -> None:
        self.app.store.close()


def _run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Credits,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_few_random_days_of_two_persons_go_as_the_model_says() -> None:
    _run(6, 30)


@pytest.mark.slow
def test_many_random_days_of_two_persons_go_as_the_model_says() -> None:
    _run(16, 50)
