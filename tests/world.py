"""Worlds for tests: an app in memory, brought to any point of the main job by one call.

`COURSE` is the normal course: every step from an empty log to a surrendered credit, with its day,
its clock, who asks, and the act. A test says only what differs: `World.before("take-order",
{"deposit-cash": {"amount": 1}})` plays the course up to the step, with that one change.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

import supervision_steps
from openccer.app.acts import EXCHANGE, KIND_OF, RECORDS, REGISTRY, Act
from openccer.app.approval import inner, proposal_of, subject_of
from openccer.app.demo.cast import (
    A_DESK,
    AUTHORITY,
    B_DESK,
    BANK,
    BODY_A,
    BODY_B,
    EMITTER,
    EXCHANGE_DESK,
    OWNER,
    POWER_DESK,
    PROJECT,
    REDUCTION,
    REGISTRY_DESK,
    WIND_DESK,
    example_uscc,
    second,
)
from openccer.app.entry import Request
from openccer.app.facade import App, Preview, Receipt
from openccer.approval.model import EndProposal, ProposeAct
from openccer.compliance.model import RecordObligation, SurrenderCredits
from openccer.kernel import canonical
from openccer.kernel.calendar import BEIJING, Period
from openccer.kernel.canonical import decode, plain
from openccer.kernel.ids import (
    AccountId,
    ActId,
    ActorId,
    Digest,
    InstrumentId,
    OrderId,
    ProjectId,
    ReductionId,
)
from openccer.kernel.outcome import Refused
from openccer.kernel.quantity import Fen, Tonnes
from openccer.kernel.state import Key, Record
from openccer.ledger.amounts import CNY, Amount, amount_key
from openccer.ledger.blocks import Holding, holding_key
from openccer.ledger.records import UnitClass
from openccer.mandate.model import (
    ONLY,
    Actor,
    ConfirmRule,
    GrantRole,
    OpenLog,
    Operator,
    Role,
)
from openccer.market import acts as market
from openccer.market.records import Book, Side
from openccer.mrv.methodologies import ccer_10_003_v01
from openccer.mrv.parameter_set import parameter_digest
from openccer.registry.credits import acts as credits
from openccer.registry.parties import acts as parties
from openccer.registry.projects import acts as projects
from openccer.registry.reconciliation import acts as reconciliation
from openccer.registry.records import Site
from openccer.registry.reductions import acts as reductions
from openccer.registry.units import acts as units
from openccer.rulebook.load import load_cn
from openccer.store.sqlite import SqliteStore

INSTRUMENT = InstrumentId.of(PROJECT, 2025)
SELL_1 = OrderId("sell-1")
ISSUED, TAKEN = Tonnes(6_000), Tonnes(5_000)
BASE = Fen(8_400)
RULES_OF_THE_REPORT = ("methodology.w_om@2023-10-24", "methodology.w_bm@2023-10-24")
OPENING = date(2024, 8, 23)
NOT_READ, SET_NOT_READ = "CCER-10-003-V01", ccer_10_003_v01.SHEET  # its official text was not read

Asked = tuple[tuple[ActorId, Act], ...]
Changes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the normal course; two acts where both institutions must act together."""

    name: str
    day: date
    asked: Asked
    at: time = time(10, 0)
    log: str = ""  # empty: the log the act belongs to
    act_id: str = ""  # empty: the name of the step, and a number where it comes again

    def changed(self, changes: Changes) -> "Step":
        """The step with another day, clock, actor or log, or with other fields in its acts."""
        rest = dict(changes)
        day, at = rest.pop("day", self.day), _time(rest.pop("at", self.at))
        log, act_id = rest.pop("log", self.log), rest.pop("act_id", self.act_id)
        alone, actor = rest.pop("alone", False), rest.pop("actor", None)
        asked = self.asked[:1] if alone else self.asked
        if actor is not None:
            asked = ((ActorId(actor), asked[0][1]), *asked[1:])
        known = {name for _, act in asked for name in (*plain(act), *plain(subject_of(act)))}
        assert rest.keys() <= known, f"{self.name} has no {sorted(rest.keys() - known)}"
        acts = tuple((who, altered(act, rest)) for who, act in asked)
        return Step(self.name, day, acts, at, log, act_id)


def _time(value: time | str) -> time:
    return time.fromisoformat(value) if isinstance(value, str) else value


def altered(record: Any, changes: Changes) -> Any:
    """The act or record with some fields changed, given as plain text and numbers."""
    if isinstance(record, ProposeAct | EndProposal):
        asked = inner(record)
        text = canonical.encode(altered(asked, changes)).decode()
        record = replace(record, act=text)
    before = plain(record)
    mine = {name: value for name, value in plain(changes).items() if name in before}
    return decode(type(record), _merged(before, mine))


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict) and new.keys() <= old.keys():
        return {key: _merged(old[key], new[key]) if key in new else old[key] for key in old}
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [_merged(one, other) for one, other in zip(old, new, strict=True)]
    return new


def digest(letter: str) -> Digest:
    return Digest(letter * 64)


def _names(rule: str, day: date) -> tuple[str, ...]:
    return load_cn().on(day).names(rule).value


def _opening() -> Iterable[Step]:
    for log, desk, role in (
        (REGISTRY, REGISTRY_DESK, Role.REGISTRY_OPERATOR),
        (EXCHANGE, EXCHANGE_DESK, Role.EXCHANGE_OPERATOR),
    ):
        opened = OpenLog(role=role, name_zh="示例", name_en="example", administrator=desk)
        yield Step(f"open-{log}", OPENING, ((desk, opened),), log=log)
    for log, desk, grantee, role, subject in (
        (REGISTRY, REGISTRY_DESK, AUTHORITY, Role.REGULATOR, None),
        (REGISTRY, REGISTRY_DESK, A_DESK, Role.BODY, BODY_A),
        (REGISTRY, REGISTRY_DESK, B_DESK, Role.BODY, BODY_B),
        (REGISTRY, REGISTRY_DESK, WIND_DESK, Role.HOLDER, OWNER),
        (REGISTRY, REGISTRY_DESK, POWER_DESK, Role.HOLDER, EMITTER),
        (EXCHANGE, EXCHANGE_DESK, WIND_DESK, Role.HOLDER, OWNER),
        (EXCHANGE, EXCHANGE_DESK, POWER_DESK, Role.HOLDER, EMITTER),
        (EXCHANGE, EXCHANGE_DESK, BANK, Role.SETTLEMENT_CHANNEL, None),
        (REGISTRY, REGISTRY_DESK, second(REGISTRY_DESK), Role.REGISTRY_OPERATOR, None),
        (REGISTRY, REGISTRY_DESK, second(AUTHORITY), Role.REGULATOR, None),
        (REGISTRY, REGISTRY_DESK, second(WIND_DESK), Role.HOLDER, OWNER),
        (REGISTRY, REGISTRY_DESK, second(POWER_DESK), Role.HOLDER, EMITTER),
    ):
        act = GrantRole(grantee=grantee, role=role, subject=subject)
        yield Step(f"grant-{grantee}-{log}", OPENING, ((desk, act),), log=log)


def _parties() -> Iterable[Step]:
    for step, body, number in (("approve-body-a", BODY_A, 1), ("approve-body-b", BODY_B, 2)):
        approved = parties.ApproveBody(
            body=body,
            uscc=example_uscc(number),
            name=body,
            fields=("01",),
            approved=Period(date(2024, 6, 7), date(2030, 6, 6)),
        )
        yield Step(step, OPENING, ((AUTHORITY, approved),))
    for step, account, kind, number in (
        ("open-owner-account", OWNER, "project_owner", 3),
        ("open-emitter-account", EMITTER, "key_emitter", 4),
    ):
        opened = parties.OpenAccount(
            account=account,
            uscc=example_uscc(number),
            name=account,
            holder_types=(kind,),
            legal_form="legal_person",
            established_in_china=True,
            documents=_names("account.registry.documents", OPENING),
            received=OPENING,
        )
        yield Step(step, date(2024, 8, 28), ((REGISTRY_DESK, opened),))


def _project() -> Iterable[Step]:
    published = date(2024, 9, 2)
    design = projects.PublishDesign(
        project=PROJECT,
        owner=OWNER,
        name="example offshore wind",
        kind="reduce",
        methodology="CCER-01-002-V01",
        validator=BODY_A,
        design_digest=digest("1"),
        construction_started=date(2022, 3, 1),
        life=Period(date(2020, 9, 1), date(2045, 8, 31)),
        crediting=Period(date(2025, 1, 1), date(2034, 12, 31)),
        legal_duty=False,
        ets_managed=False,
        other_mechanism=False,
        grid_connected=True,
        metered_apart=True,
        site=Site(distance_km=Decimal(35), depth_m=Decimal(32)),
    )
    validation = projects.ValidateProject(
        project=PROJECT,
        body=BODY_A,
        report_digest=digest("2"),
        positive=True,
        checks=_names("project.validation.checks", published),
        comments_answered=True,
        open_requests=0,
        team=2,
        experts=1,
        undertaking=True,
    )
    application = projects.ApplyForProject(
        project=PROJECT,
        owner=OWNER,
        documents=_names("project.application.documents", published),
    )
    registration = projects.RegisterProject(project=PROJECT)
    yield Step("publish-design", published, ((WIND_DESK, design),))
    yield Step("validate-project", date(2024, 10, 10), ((A_DESK, validation),))
    yield Step("apply-for-project", date(2024, 10, 14), ((WIND_DESK, application),))
    yield Step("register-project", date(2024, 10, 25), ((REGISTRY_DESK, registration),))


def _reduction() -> Iterable[Step]:
    published, tonnes = date(2026, 2, 2), {2025: ISSUED}
    report = reductions.PublishReduction(
        reduction=REDUCTION,
        project=PROJECT,
        owner=OWNER,
        period=Period(date(2025, 1, 1), date(2025, 12, 31)),
        by_year=tonnes,
        methodology="CCER-01-002-V01",
        report_digest=digest("3"),
        dataset_digest=digest("4"),
        rules=RULES_OF_THE_REPORT,
        verifier=BODY_B,
    )
    verification = reductions.VerifyReduction(
        reduction=REDUCTION,
        project=PROJECT,
        body=BODY_B,
        report_digest=digest("5"),
        verified=tonnes,
        rules=RULES_OF_THE_REPORT,
        checks=_names("reduction.verification.checks", published),
        comments_answered=True,
        open_requests=0,
        team=2,
        experts=1,
        undertaking=True,
    )
    application = reductions.ApplyForReduction(
        reduction=REDUCTION,
        project=PROJECT,
        owner=OWNER,
        by_year=tonnes,
        documents=_names("reduction.application.documents", published),
    )
    registration = reductions.RegisterReduction(reduction=REDUCTION, project=PROJECT)
    issue = credits.IssueCredits(reduction=REDUCTION, project=PROJECT, owner=OWNER, years=(2025,))
    yield Step("publish-reduction", published, ((WIND_DESK, report),))
    yield Step("verify-reduction", date(2026, 3, 12), ((B_DESK, verification),))
    yield Step("apply-for-reduction", date(2026, 3, 16), ((WIND_DESK, application),))
    yield Step("register-reduction", date(2026, 3, 30), ((REGISTRY_DESK, registration),))
    yield Step("issue-credits", date(2026, 3, 31), ((REGISTRY_DESK, issue),))


def _listing() -> Iterable[Step]:
    day = date(2026, 4, 1)
    for step, account, number in (("bind-owner", OWNER, 3), ("bind-emitter", EMITTER, 4)):
        bind = parties.BindTradingAccount(account=account, uscc=example_uscc(number))
        opened = market.OpenTradingAccount(
            account=account,
            uscc=example_uscc(number),
            name=account,
            legal_form="legal_person",
            agreement_signed=True,
        )
        yield Step(step, day, ((REGISTRY_DESK, bind), (EXCHANGE_DESK, opened)))
    moved = credits.MoveToExchange(account=OWNER, instrument=INSTRUMENT, tonnes=ISSUED)
    received = market.ReceiveCredits(account=OWNER, instrument=INSTRUMENT, tonnes=ISSUED)
    price = market.ProposePrice(account=OWNER, instrument=INSTRUMENT, price=BASE)
    listed = market.ListInstrument(instrument=INSTRUMENT)
    # 5,000 t at 84.00 yuan are 420,000 yuan; 6 in a thousand of it are 2,520.
    cash = market.DepositCash(account=EMITTER, amount=Fen(42_252_000), reference="example")
    yield Step("move-to-exchange", day, ((WIND_DESK, moved), (EXCHANGE_DESK, received)))
    yield Step("propose-price", day, ((WIND_DESK, price),))
    yield Step("list-instrument", day, ((EXCHANGE_DESK, listed),))
    yield Step("deposit-cash", day, ((BANK, cash),))


def _trade() -> Iterable[Step]:
    day, close = date(2026, 4, 2), time(15, 0)
    order = market.PlaceOrder(
        order=SELL_1,
        account=OWNER,
        instrument=INSTRUMENT,
        side=Side.SELL,
        tonnes=ISSUED,
        price=BASE,
    )
    take = market.TakeOrder(
        order=SELL_1, maker=OWNER, account=EMITTER, instrument=INSTRUMENT, tonnes=TAKEN
    )
    delivered = credits.DeliverCredits(
        trade="take-order", seller=OWNER, buyer=EMITTER, instrument=INSTRUMENT, tonnes=TAKEN
    )
    settled = market.SettleTrade(
        trade="take-order", seller=OWNER, buyer=EMITTER, instrument=INSTRUMENT, tonnes=TAKEN
    )
    closed = market.CloseSession(instrument=INSTRUMENT, open_accounts=(OWNER,))
    yield Step("place-order", day, ((WIND_DESK, order),))
    yield Step("take-order", day, ((POWER_DESK, take),))
    yield Step("settle-trade", day, ((REGISTRY_DESK, delivered), (EXCHANGE_DESK, settled)), close)
    yield Step("close-session", day, ((EXCHANGE_DESK, closed),), close)


def _surrender() -> Iterable[Step]:
    day = date(2026, 10, 12)
    moved = credits.MoveFromExchange(account=EMITTER, instrument=INSTRUMENT, tonnes=TAKEN)
    released = market.ReleaseCredits(account=EMITTER, instrument=INSTRUMENT, tonnes=TAKEN)
    obligation = RecordObligation(account=EMITTER, year=2025, verified=Tonnes(100_000))
    confirmed = ConfirmRule(
        rule="offset.registered_after", since=date(2026, 7, 27), statement="confirmed in writing"
    )
    surrendered = SurrenderCredits(account=EMITTER, instrument=INSTRUMENT, tonnes=TAKEN, year=2025)
    yield Step("move-from-exchange", day, ((POWER_DESK, moved), (EXCHANGE_DESK, released)))
    yield Step("record-obligation", day, ((AUTHORITY, obligation),))
    yield Step("confirm-rule", day, ((REGISTRY_DESK, confirmed),))
    yield Step("surrender-credits", day, ((POWER_DESK, surrendered),))


# Steps that the course does not need, for cases that do; each may follow any step.
def _others() -> Iterable[Step]:
    withdrawn = market.WithdrawOrder(order=SELL_1, account=OWNER, instrument=INSTRUMENT)
    cancelled = credits.CancelCredits(
        account=OWNER,
        instrument=INSTRUMENT,
        tonnes=Tonnes(10),
        purpose="public_good",
        beneficiary="an example event",
    )
    paid_out = market.WithdrawCash(account=EMITTER, amount=Fen(1), reference="example")
    granted = GrantRole(grantee=ActorId("third-desk"), role=Role.HOLDER, subject="example-third")
    parameters = parties.ConfirmParameters(
        methodology=NOT_READ,
        digest=parameter_digest(SET_NOT_READ),
        statement="confirmed in writing",
    )
    differs = reconciliation.Figure(instrument=INSTRUMENT, registry=ISSUED, exchange=Tonnes(5_999))
    blocked = reconciliation.BlockAccount(
        account=OWNER, figures=(differs,), reconciliation_digest=digest("6")
    )
    unblocked = reconciliation.UnblockAccount(
        account=OWNER,
        block=ActId("block-account"),
        figures=(replace(differs, exchange=ISSUED),),
        reconciliation_digest=digest("7"),
    )
    yield Step("block-account", date(2026, 4, 2), ((REGISTRY_DESK, blocked),))
    yield Step("unblock-account", date(2026, 4, 2), ((REGISTRY_DESK, unblocked),))
    yield Step("confirm-parameters", date(2025, 12, 1), ((REGISTRY_DESK, parameters),))
    yield Step("withdraw-order", date(2026, 4, 2), ((WIND_DESK, withdrawn),))
    yield Step("cancel-credits", date(2026, 3, 31), ((WIND_DESK, cancelled),))
    given = credits.TransferCredits(
        source=OWNER,
        target=EMITTER,
        instrument=INSTRUMENT,
        tonnes=Tonnes(10),
        cause="succession",
        evidence=digest("6"),
    )
    terms = credits.SetTransferTerms(account=OWNER, delay=3, trusted=())
    legacy = units.RecordUnits(
        unit_class=UnitClass.LEGACY,
        project=ProjectId("LEGACY-1"),
        reduction=ReductionId("LEGACY-1/2015"),
        account=EMITTER,
        year=2015,
        tonnes=Tonnes(1_000),
        buffer=Tonnes(0),
        filed=date(2016, 5, 4),
        evidence=digest("7"),
    )
    pilot = replace(
        legacy,
        unit_class=UnitClass.PILOT,
        project=ProjectId("PILOT-1"),
        reduction=ReductionId("PILOT-1/2025"),
        year=2025,
        buffer=Tonnes(100),
        filed=date(2026, 3, 2),
    )
    leaked = units.ReverseUnits(
        instrument=pilot.instrument,
        owner=EMITTER,
        tonnes=Tonnes(100),
        blame=False,
        evidence=digest("8"),
    )
    freed = units.ReleaseBuffer(
        instrument=pilot.instrument, owner=EMITTER, tonnes=Tonnes(50), evidence=digest("9")
    )
    allowed = ConfirmRule(
        rule="unit.non_trade_transfer.gift",
        since=date(2023, 11, 16),
        statement="confirmed in writing",
    )
    day = date(2026, 3, 31)
    yield Step("transfer-credits", day, ((REGISTRY_DESK, given),))
    yield Step("set-transfer-terms", day, ((WIND_DESK, terms),))
    yield Step("confirm-gift", day, ((REGISTRY_DESK, allowed),))
    yield Step("propose-gift", day, ((second(REGISTRY_DESK), _gift(given)),))
    yield Step("approve-gift", day, ((REGISTRY_DESK, replace(given, cause="gift")),), act_id="gift")
    yield Step("record-legacy", day, ((REGISTRY_DESK, legacy),))
    yield Step("record-pilot", day, ((REGISTRY_DESK, pilot),))
    yield Step("reverse-units", day, ((REGISTRY_DESK, leaked),))
    yield Step("release-buffer", day, ((REGISTRY_DESK, freed),))
    text, other = canonical.encode(cancelled).decode(), second(WIND_DESK)
    proposed = ProposeAct(proposal=ActId("cancel"), act=text)
    ended = EndProposal(proposal=ActId("cancel"), act=text, reason="a test")
    yield Step("propose-cancel", date(2026, 3, 31), ((other, proposed),))
    yield Step("end-cancel", date(2026, 3, 31), ((WIND_DESK, ended),))
    yield Step("approve-cancel", date(2026, 3, 31), ((WIND_DESK, cancelled),), act_id="cancel")
    yield Step("withdraw-cash", date(2026, 4, 2), ((BANK, paid_out),))
    yield Step("grant-role", OPENING, ((REGISTRY_DESK, granted),))
    for name, day, asked in supervision_steps.steps():
        yield Step(name, day, asked, log=REGISTRY if len(asked) == 1 else "")


def _gift(given: credits.TransferCredits) -> ProposeAct:
    act = replace(given, cause="gift")
    return ProposeAct(proposal=ActId("gift"), act=canonical.encode(act).decode())


COURSE: tuple[Step, ...] = (
    *_opening(),
    *_parties(),
    *_project(),
    *_reduction(),
    *_listing(),
    *_trade(),
    *_surrender(),
)
STEPS: Mapping[str, Step] = {step.name: step for step in (*COURSE, *_others())}


def clock(day: date, at: time) -> datetime:
    return datetime.combine(day, at, BEIJING)


@dataclass
class World:
    """An app with an empty store in memory, and the means to play steps in it."""

    app: App = field(default_factory=lambda: App(SqliteStore(":memory:", RECORDS), load_cn()))
    played: dict[str, int] = field(default_factory=dict)

    @classmethod
    def before(
        cls,
        name: str,
        changes: Mapping[str, Changes] | None = None,
        without: Sequence[str] = (),
    ) -> "World":
        """The world in which everything before this step of the course has happened."""
        earlier = _names_before(name)
        differs = dict(changes or {})
        assert differs.keys() | set(without) <= set(earlier), f"not all of it is before {name}"
        same = next((n for n in earlier if n in differs or n in without), name)
        world = _normal(same).copy()
        for step in earlier[earlier.index(same) if same != name else len(earlier) :]:
            if step not in without:
                world.do(step, **differs.get(step, {}))
        return world

    def copy(self) -> "World":
        """Another world in which the same has happened."""
        twin = World(played=dict(self.played))
        self.app.store._db.backup(twin.app.store._db)
        return twin

    @classmethod
    def after(cls, name: str, changes: Mapping[str, Changes] | None = None) -> "World":
        """The world in which this step of the course has happened, too."""
        differs = dict(changes or {})
        last = differs.pop(name, {})
        world = cls.before(name, differs)
        world.do(name, **last)
        return world

    def requests(self, name: str, /, **changes: Any) -> tuple[tuple[Request, ...], datetime]:
        """What the step asks of the door, and the clock it is asked at."""
        step = STEPS[name].changed(changes)
        number = self.played.get(name, 0)
        act_id = step.act_id or (f"{name}-{number + 1}" if number else name)
        asked = tuple(
            Request(
                log=step.log or KIND_OF[type(act)].logs[0],
                act=act,
                act_id=ActId(act_id),
                actor=actor,
                day=step.day,
            )
            for actor, act in step.asked
        )
        return asked, clock(step.day, step.at)

    def ask(self, name: str, /, now: datetime | None = None, **changes: Any) -> Any:
        """Submit the step: receipts, or the refusal. What needs two persons is proposed first."""
        proposed = changes.pop("proposed", True)
        asked, then = self.requests(name, **changes)
        answer = self._propose(name, asked, now or then) if proposed else None
        answer = answer or self.app.submit_linked(asked, now=now or then)
        if not isinstance(answer, Refused):
            self.played[name] = self.played.get(name, 0) + 1
        return answer

    def _propose(self, name: str, asked: Iterable[Request], now: datetime) -> Refused | None:
        """The second person of the step's usual actor proposes; the refusal, if there is one."""
        usual = STEPS[name].asked[0][0]
        for request in asked:
            if name.startswith("approve-"):
                continue
            who = request.actor if self._may_ask(request) else usual
            proposal = proposal_of(request, ActorId(f"{who}-2"))
            if proposal is None:
                continue
            self._as_the_first(who, proposal, now)
            answer = self.app.submit(proposal, now=now)
            if isinstance(answer, Refused):
                return answer
        return None

    def _may_ask(self, request: Request) -> bool:
        kind = KIND_OF[type(request.act)]
        found = self.record(request.log, (Actor, request.actor))
        subject = getattr(request.act, kind.subject) if kind.subject else None
        grants = found.grants if isinstance(found, Actor) else ()
        return any(grant.role is kind.role and grant.subject == subject for grant in grants)

    def _as_the_first(self, usual: ActorId, proposal: Request, now: datetime) -> None:
        """The second person of a desk holds the roles of the first."""
        first, other = (self.record(proposal.log, (Actor, who)) for who in (usual, proposal.actor))
        has = other.grants if isinstance(other, Actor) else ()
        for n, grant in enumerate(first.grants if isinstance(first, Actor) else ()):
            if grant not in has:
                act = GrantRole(grantee=proposal.actor, role=grant.role, subject=grant.subject)
                name = ActId(f"grant-{proposal.actor}-{len(has) + n}")
                operator = self.record(proposal.log, (Operator, ONLY))
                assert isinstance(operator, Operator)
                self.app.submit(
                    replace(proposal, act=act, act_id=name, actor=operator.administrator), now=now
                )

    def preview(
        self, name: str, /, now: datetime | None = None, **changes: Any
    ) -> tuple[Preview, ...] | Refused:
        """What the door would answer; nothing is recorded. What needs two is proposed in a copy."""
        proposed = changes.pop("proposed", True)
        asked, then = self.requests(name, **changes)
        twin = self.copy() if proposed else self
        answer = twin._propose(name, asked, now or then) if proposed else None
        return answer or twin.app.preview(asked, now=now or then)

    def do(self, name: str, /, **changes: Any) -> tuple[Receipt, ...]:
        """Submit the step; a refusal is a fault of the test."""
        answer = self.ask(name, **changes)
        assert not isinstance(answer, Refused), f"{name}: {answer}"
        return tuple(answer)

    def record(self, log: str, key: Key) -> Record | None:
        """One record as the store has it."""
        return self.app.store.load([(log, key)])[log, key]

    def cash(self, account: AccountId) -> tuple[int, int]:
        """Available and locked cash of a trading account, in fen."""
        return self._amount(account, CNY)

    def units(self, account: AccountId) -> tuple[int, int]:
        """Available and locked credits of a trading account, in tonnes."""
        return self._amount(account, INSTRUMENT)

    def _amount(self, account: AccountId, asset: str) -> tuple[int, int]:
        found = self.record(EXCHANGE, (Amount, amount_key(account, asset)))
        assert found is None or isinstance(found, Amount)
        return (found.available, found.locked) if found else (0, 0)

    def holding(self, account: AccountId) -> Holding:
        found = self.record(REGISTRY, (Holding, holding_key(account, INSTRUMENT)))
        assert found is None or isinstance(found, Holding)
        return found or Holding(account=account, instrument=INSTRUMENT)

    def book(self) -> Book:
        found = self.record(EXCHANGE, (Book, INSTRUMENT))
        assert isinstance(found, Book)
        return found


def _names_before(name: str) -> list[str]:
    names = [step.name for step in COURSE]
    return names[: names.index(name)]


@cache
def _normal(name: str) -> World:
    """The normal course up to a step; never changed, only copied."""
    earlier = _names_before(name)
    if not earlier:
        return World()
    world = _normal(earlier[-1]).copy()
    world.do(earlier[-1])
    return world
