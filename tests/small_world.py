"""A small world for tests of the door: two logs, a few parties, credits in small numbers.

`World.do` submits acts that must be accepted and remembers them, so that the same acts can be
submitted again elsewhere. Every name is an example.
"""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

from openccer.app.acts import EXCHANGE, RECORDS, REGISTRY, Act
from openccer.app.approval import proposal_of
from openccer.app.entry import Request
from openccer.app.facade import App, Receipt
from openccer.compliance.model import RecordObligation
from openccer.kernel.calendar import BEIJING, Period
from openccer.kernel.ids import (
    AccountId,
    ActId,
    ActorId,
    BodyId,
    Digest,
    InstrumentId,
    MeterId,
    ProjectId,
    ReductionId,
    Uscc,
)
from openccer.kernel.outcome import Refused
from openccer.kernel.quantity import Fen, Tonnes
from openccer.mandate.model import ConfirmRule, GrantRole, OpenLog, Role
from openccer.market import acts as market
from openccer.registry.credits import acts as credits
from openccer.registry.filings import acts as filings
from openccer.registry.parties import acts as parties
from openccer.registry.projects import acts as projects
from openccer.registry.records import Coordinate, Paper, Site
from openccer.registry.reductions import acts as reductions
from openccer.rulebook.load import load_cn
from openccer.store.sqlite import SqliteStore

BOOK = load_cn()
WIND, POWER, STEEL = AccountId("wind"), AccountId("power"), AccountId("steel")
HOLDERS = {WIND: ("project_owner",), POWER: ("key_emitter",), STEEL: ("key_emitter",)}
REGISTRY_DESK, EXCHANGE_DESK = ActorId("registry-desk"), ActorId("exchange-desk")
AUTHORITY, BANK = ActorId("authority"), ActorId("bank")
VALIDATOR, VERIFIER = BodyId("body-a"), BodyId("body-b")
PROJECT = ProjectId("OW-1")
UNIT = InstrumentId.of(PROJECT, 2025)
RULES = ("offset.max_share@2021-02-01",)  # a report names what it rests on; this one is law
REGISTERED_AFTER = "offset.registered_after"
PRICE = Fen(100)
OPENING, TRADING = date(2024, 8, 23), date(2026, 4, 1)
FIRST_HALF = Period(date(2025, 1, 1), date(2025, 6, 30))
SECOND_HALF = Period(date(2025, 7, 1), date(2025, 12, 31))

Call = tuple[tuple[Request, ...], datetime]


def desk(name: str) -> ActorId:
    return ActorId(f"{name}-desk")


def clock(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), BEIJING)


def digest(number: int) -> Digest:
    return Digest(f"{number:064x}")


def uscc(number: int) -> Uscc:
    first = f"91000000{number:09d}"
    return Uscc(first + Uscc.check_digit(first))


def new_app(path: object = ":memory:") -> App:
    return App(SqliteStore(str(path), RECORDS), BOOK)


def copy_of(app: App, path: object = ":memory:") -> App:
    """Another store with the same content: a world is made once and copied for each test."""
    return App(SqliteStore(str(path), RECORDS, content=app.store), BOOK)


def raw(app: App) -> sqlite3.Connection:
    """The connection itself, to say to the database what no code of ours would say."""
    with app.store.read() as connection:
        found = connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found


def request(actor: ActorId, act: Act, act_id: str, day: date) -> Request:
    at_market = type(act).__module__.endswith("market.acts")
    for_market = isinstance(act, OpenLog | GrantRole | ConfirmRule) and actor == EXCHANGE_DESK
    log = EXCHANGE if at_market or for_market else REGISTRY
    return Request(log=log, act=act, act_id=ActId(act_id), actor=actor, day=day)


def second(actor: ActorId) -> ActorId:
    """The other person of a desk, who proposes what the first one approves."""
    return ActorId(f"{actor}-2")


def proposals(requests: Sequence[Request]) -> list[Request]:
    """What the other person asks first, for those of these that need two."""
    found = [proposal_of(asked, second(asked.actor)) for asked in requests]
    return [proposal for proposal in found if proposal is not None]


class World:
    """Submits what must be accepted, one call after the other."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.calls: list[Call] = []

    def do(self, day: date, *asked: tuple[ActorId, Act], at: int = 10) -> tuple[Receipt, ...]:
        name = f"act-{len(self.calls):03d}"
        requests = tuple(request(actor, act, name, day) for actor, act in asked)
        for proposal in proposals(requests):
            first = self.app.submit(proposal, now=clock(day, at))
            assert not isinstance(first, Refused), first
            self.calls.append(((proposal,), clock(day, at)))
        answer = self.app.submit_linked(requests, now=clock(day, at))
        assert not isinstance(answer, Refused), answer
        self.calls.append((requests, clock(day, at)))
        return answer


def opened(world: World) -> None:
    """Both logs are open, everybody has a role, the bodies are approved."""
    for office, role in (
        (REGISTRY_DESK, Role.REGISTRY_OPERATOR),
        (EXCHANGE_DESK, Role.EXCHANGE_OPERATOR),
    ):
        act = OpenLog(role=role, name_zh="示例", name_en="example", administrator=office)
        world.do(OPENING, (office, act))
    grants: list[tuple[ActorId, ActorId, Role, str | None]] = [
        (REGISTRY_DESK, AUTHORITY, Role.REGULATOR, None),
        (REGISTRY_DESK, second(AUTHORITY), Role.REGULATOR, None),
        (REGISTRY_DESK, second(REGISTRY_DESK), Role.REGISTRY_OPERATOR, None),
        (EXCHANGE_DESK, BANK, Role.SETTLEMENT_CHANNEL, None),
        *((REGISTRY_DESK, desk(body), Role.BODY, body) for body in (VALIDATOR, VERIFIER)),
    ]
    for office, grantee, role, subject in grants:
        world.do(OPENING, (office, GrantRole(grantee=grantee, role=role, subject=subject)))
    for number, body in enumerate((VALIDATOR, VERIFIER), start=1):
        approved = Period(date(2024, 6, 7), date(2030, 6, 6))
        act = parties.ApproveBody(
            body=body,
            uscc=uscc(number),
            name=body,
            fields=("01",),
            approved=approved,
            qualified_staff=10,
            experienced_staff=5,
        )
        world.do(OPENING, (AUTHORITY, act))


def account(world: World, holder: AccountId, number: int, types: Sequence[str]) -> None:
    """A registry account, and a desk that may act for it at both institutions."""
    for office in (REGISTRY_DESK, EXCHANGE_DESK):
        grant = GrantRole(grantee=desk(holder), role=Role.HOLDER, subject=holder)
        world.do(OPENING, (office, grant))
    other = GrantRole(grantee=second(desk(holder)), role=Role.HOLDER, subject=holder)
    world.do(OPENING, (REGISTRY_DESK, other))
    act = parties.OpenAccount(
        account=holder,
        uscc=uscc(number),
        name=holder,
        holder_types=tuple(types),
        legal_form="legal_person",
        established_in_china=True,
        documents=BOOK.on(OPENING).names("account.registry.documents").value,
        received=OPENING,
    )
    world.do(OPENING, (REGISTRY_DESK, act))


def accounts(world: World) -> None:
    emitters = tuple(
        uscc(number)
        for number, types in enumerate(HOLDERS.values(), start=10)
        if "key_emitter" in types
    )
    world.do(OPENING, (AUTHORITY, parties.ListKeyEmitters(year=2024, entities=emitters)))
    for number, (holder, types) in enumerate(HOLDERS.items(), start=10):
        account(world, holder, number, types)


def project(world: World, name: ProjectId = PROJECT, owner: AccountId = WIND) -> None:
    """A registered project."""
    day = date(2024, 9, 2)
    design = projects.PublishDesign(
        project=name,
        owner=owner,
        name=f"example {name}",
        kind="reduce",
        methodology="CCER-01-002-V01",
        validator=VALIDATOR,
        design_digest=digest(1),
        construction_started=date(2022, 3, 1),
        life=Period(date(2024, 12, 20), date(2044, 12, 19)),
        crediting=Period(date(2025, 1, 1), date(2034, 12, 31)),
        legal_duty=False,
        ets_managed=False,
        other_mechanism=False,
        grid_connected=True,
        metered_apart=True,
        site=Site(distance_km=Decimal("35"), depth_m=Decimal("32")),
        coordinates=(corner(name),),
        meters=(MeterId(name),),
        replaces=None,
    )
    validation = projects.ValidateProject(
        project=name,
        body=VALIDATOR,
        report_digest=digest(2),
        positive=True,
        checks=BOOK.on(day).names("project.validation.checks").value,
        comments_answered=True,
        open_requests=0,
        team=3,
        experts=1,
        undertaking=True,
    )
    papers = named("project.application.documents", digest(2))
    uploaded = upload(name, None, VALIDATOR, "pdd_uploaded_by_vv", digest(2))
    application = projects.ApplyForProject(project=name, owner=owner, documents=papers)
    frozen = certificates(name, None, Period(date(2025, 1, 1), date(2034, 12, 31)))
    world.do(day, (desk(owner), design))
    world.do(date(2024, 10, 10), (desk(VALIDATOR), validation))
    world.do(date(2024, 10, 11), (desk(VALIDATOR), uploaded))
    world.do(date(2024, 10, 14), (desk(owner), application))
    world.do(date(2024, 10, 16), (REGISTRY_DESK, frozen))
    world.do(date(2024, 10, 25), (REGISTRY_DESK, projects.RegisterProject(project=name)))


def named(rule: str, of: Digest) -> tuple[Paper, ...]:
    """Every paper the law lists for an application, all of one digest."""
    listed = BOOK.on(date(2024, 9, 2)).names(rule).value
    return tuple(Paper(document=name, digest=of) for name in listed)


def upload(
    name: ProjectId, this: ReductionId | None, body: BodyId, document: str, of: Digest
) -> filings.UploadPaper:
    return filings.UploadPaper(
        project=name, reduction=this, body=body, document=document, digest=of
    )


def certificates(
    name: ProjectId, this: ReductionId | None, period: Period
) -> filings.StateCertificates:
    """All certificates of the period are withheld; none was traded."""
    mwh = 0 if this is None else 10
    return filings.StateCertificates(
        project=name,
        reduction=this,
        period=period,
        generated_mwh=mwh,
        traded_mwh=0,
        withheld_mwh=mwh,
        digest=digest(6),
    )


def corner(name: ProjectId) -> Coordinate:
    """A place of its own for each project of the tests."""
    return Coordinate(latitude=Decimal(20 + sum(name.encode()) % 30), longitude=Decimal(120))


def reduction(
    world: World,
    tonnes: int,
    period: Period = FIRST_HALF,
    name: ProjectId = PROJECT,
    owner: AccountId = WIND,
) -> credits.IssueCredits:
    """A registered reduction of 2025; the act that would issue it."""
    day, amount = date(2026, 2, 2), {2025: Tonnes(tonnes)}
    this = ReductionId(f"{name}/{period.first}")
    published = reductions.PublishReduction(
        reduction=this,
        project=name,
        owner=owner,
        period=period,
        by_year=amount,
        methodology="CCER-01-002-V01",
        report_digest=digest(3),
        dataset_digest=digest(4),
        rules=RULES,
        verifier=VERIFIER,
    )
    verification = reductions.VerifyReduction(
        reduction=this,
        project=name,
        body=VERIFIER,
        report_digest=digest(5),
        verified=amount,
        rules=RULES,
        checks=BOOK.on(day).names("reduction.verification.checks").value,
        comments_answered=True,
        open_requests=0,
        team=3,
        experts=1,
        undertaking=True,
    )
    application = reductions.ApplyForReduction(
        reduction=this,
        project=name,
        owner=owner,
        by_year=amount,
        total=Tonnes(tonnes),
        documents=named("reduction.application.documents", digest(5)),
    )
    uploaded = upload(name, this, VERIFIER, "accounting_report_uploaded_by_vv", digest(5))
    cancelled = certificates(name, this, period)
    register = reductions.RegisterReduction(reduction=this, project=name, meters=(MeterId(name),))
    world.do(day, (desk(owner), published))
    world.do(date(2026, 3, 12), (desk(VERIFIER), verification))
    world.do(date(2026, 3, 13), (desk(VERIFIER), uploaded))
    world.do(date(2026, 3, 16), (desk(owner), application))
    world.do(date(2026, 3, 18), (REGISTRY_DESK, cancelled))
    world.do(date(2026, 3, 30), (REGISTRY_DESK, register))
    return credits.IssueCredits(reduction=this, project=name, owner=owner, years=(2025,))


def issued(world: World, tonnes: int, *given: object) -> None:
    """Credits of 2025 in the owner's account."""
    act = reduction(world, tonnes, *given)  # type: ignore[arg-type]
    world.do(date(2026, 3, 31), (REGISTRY_DESK, act))


def bound(world: World, holder: AccountId) -> None:
    """A trading account, bound to the registry account in the same step."""
    code = next(
        found.act.uscc
        for calls, _ in world.calls
        for found in calls
        if isinstance(found.act, parties.OpenAccount) and found.act.account == holder
    )
    bind = parties.BindTradingAccount(account=holder, uscc=code)
    open_ = market.OpenTradingAccount(
        account=holder, uscc=code, name=holder, legal_form="legal_person", agreement_signed=True
    )
    world.do(TRADING, (REGISTRY_DESK, bind), (EXCHANGE_DESK, open_))


def to_exchange(
    holder: AccountId, tonnes: int, unit: InstrumentId = UNIT
) -> tuple[tuple[ActorId, Act], tuple[ActorId, Act]]:
    """The two acts that move credits to the exchange."""
    there = credits.MoveToExchange(account=holder, instrument=unit, tonnes=Tonnes(tonnes))
    here = market.ReceiveCredits(account=holder, instrument=unit, tonnes=Tonnes(tonnes))
    return (desk(holder), there), (EXCHANGE_DESK, here)


def from_exchange(
    holder: AccountId, tonnes: int, unit: InstrumentId = UNIT
) -> tuple[tuple[ActorId, Act], tuple[ActorId, Act]]:
    """The two acts that bring credits back to the registry."""
    back = credits.MoveFromExchange(account=holder, instrument=unit, tonnes=Tonnes(tonnes))
    out = market.ReleaseCredits(account=holder, instrument=unit, tonnes=Tonnes(tonnes))
    return (desk(holder), back), (EXCHANGE_DESK, out)


def listed(world: World, holder: AccountId = WIND, unit: InstrumentId = UNIT) -> None:
    """One tonne is moved to the exchange and the instrument listed at 100 fen."""
    world.do(TRADING, *to_exchange(holder, 1, unit))
    price = market.ProposePrice(account=holder, instrument=unit, price=PRICE)
    world.do(TRADING, (desk(holder), price))
    world.do(TRADING, (EXCHANGE_DESK, market.ListInstrument(instrument=unit)))


def obliged(world: World, holder: AccountId, verified: int) -> None:
    """An obligation for 2025."""
    act = RecordObligation(account=holder, year=2025, verified=Tonnes(verified))
    world.do(date(2026, 8, 3), (AUTHORITY, act))


def confirmed(world: World) -> None:
    """The operator has confirmed the one provisional rule that a surrender rests on."""
    since = BOOK.rules[REGISTERED_AFTER].versions[0].since
    act = ConfirmRule(rule=REGISTERED_AFTER, since=since, statement="confirmed for a test")
    world.do(date(2026, 8, 3), (REGISTRY_DESK, act))


def deposited(world: World, holder: AccountId, fen: int) -> None:
    act = market.DepositCash(account=holder, amount=Fen(fen), reference="example")
    world.do(TRADING, (BANK, act))


def cancel(holder: AccountId, tonnes: int, unit: InstrumentId = UNIT) -> credits.CancelCredits:
    return credits.CancelCredits(
        account=holder,
        instrument=unit,
        tonnes=Tonnes(tonnes),
        purpose="public_good",
        beneficiary="example",
    )


def credits_world(app: App, tonnes: int = 12) -> World:
    """The wind owner holds credits and has a trading account; so has the power plant."""
    world = World(app)
    opened(world)
    accounts(world)
    project(world)
    issued(world, tonnes)
    bound(world, WIND)
    bound(world, POWER)
    return world


def assert_whole(app: App) -> None:
    """Tables equal the fold of the logs, sizes agree, and so do the two institutions."""
    assert app.check() == []
    db = raw(app)
    assert registry_side(db) == exchange_side(db)


def registry_side(db: sqlite3.Connection) -> dict[tuple[str, str], int]:
    """Tonnes that the registry says are at the exchange, by account and instrument."""
    rows = db.execute(
        "SELECT account, instrument, sum(tonnes) FROM holding WHERE bucket = 'exchange'"
        " GROUP BY account, instrument"
    )
    return {(holder, unit): tonnes for holder, unit, tonnes in rows}


def exchange_side(db: sqlite3.Connection) -> dict[tuple[str, str], int]:
    """Tonnes that the exchange says it has, by account and instrument."""
    rows = db.execute(
        "SELECT account, asset, available + locked FROM amount"
        " WHERE asset <> 'CNY' AND account <> 'outside' AND available + locked <> 0"
    )
    return {(holder, unit): tonnes for holder, unit, tonnes in rows}
