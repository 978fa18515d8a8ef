"""The main job as a story of acts: from two opened logs to credits surrendered and certified.

Every party is an example and says so. The clock is given: each act is recorded at ten in the
morning of its legal day, settlement after the close.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from openccer.app.acts import EXCHANGE, REGISTRY, Act
from openccer.app.entry import Request
from openccer.app.facade import App, Receipt
from openccer.compliance import model as compliance
from openccer.kernel.calendar import BEIJING, Period, is_trading_day, next_trading_day
from openccer.kernel.ids import (
    AccountId,
    ActId,
    ActorId,
    BodyId,
    Digest,
    InstrumentId,
    OrderId,
    ProjectId,
    ReductionId,
    Uscc,
)
from openccer.kernel.outcome import Refused
from openccer.kernel.quantity import Fen, Tonnes
from openccer.mandate.model import ConfirmRule, GrantRole, OpenLog, Role
from openccer.market import acts as market
from openccer.market.records import Side
from openccer.mrv.model import Report
from openccer.registry import acts as registry
from openccer.registry.records import Site
from openccer.rulebook.model import Title

OWNER, EMITTER = AccountId("example-wind"), AccountId("example-power")
BODY_A, BODY_B = BodyId("example-body-a"), BodyId("example-body-b")
PROJECT = ProjectId("OW-EXAMPLE-1")
REDUCTION = ReductionId("OW-EXAMPLE-1/2025")
YEAR = 2025
METHODOLOGY = "CCER-01-002-V01"
GRID = "south"
MONITORED = Period(date(2025, 1, 1), date(2025, 12, 31))
CREDITING = Period(date(2025, 1, 1), date(2034, 12, 31))
REPORT_DAY = date(2026, 2, 2)
VERIFIED_EMISSIONS = 100_000  # of the example emitter in 2025, in tonnes
PROJECT_NAME = Title("示例8.2兆瓦海上风电项目", "Example 8.2 MW offshore wind project")
PRICE = Fen(8_400)  # near the market average of March 2026, 84.60 yuan

REGISTRY_DESK, EXCHANGE_DESK = ActorId("registry-desk"), ActorId("exchange-desk")
AUTHORITY, BANK = ActorId("authority"), ActorId("settlement-bank")
WIND_DESK, POWER_DESK = ActorId("wind-desk"), ActorId("power-desk")
A_DESK, B_DESK = ActorId("body-a-desk"), ActorId("body-b-desk")


def example_uscc(number: int) -> Uscc:
    """A well-formed code that belongs to nobody: all zeros but a number and the check digit."""
    first = f"91000000{number:09d}"
    return Uscc(first + Uscc.check_digit(first))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the story: what was asked, and the receipt or the refusal it got."""

    day: date
    title_zh: str
    title_en: str
    acts: tuple[Act, ...]
    answer: tuple[Receipt, ...] | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """Digests of the papers of the story; their content is kept as evidence."""

    design: Digest
    validation: Digest
    report: Digest
    dataset: Digest
    verification: Digest


class Story:
    """Submits the acts of the demo one after the other, and remembers each answer."""

    def __init__(self, app: App, on_step: Callable[[Step], None]) -> None:
        self.app = app
        self.steps: list[Step] = []
        self._on_step = on_step
        self._number = 0

    def do(self, day: date, zh: str, en: str, *asked: tuple[ActorId, Act], at: int = 10) -> Step:
        """Submit the acts together; a refusal here is a fault of the story, and crashes."""
        requests = [self._request(day, actor, act) for actor, act in asked]
        answer = self.app.submit_linked(requests, now=_clock(day, at))
        assert not isinstance(answer, Refused), f"{en}: {answer}"
        return self._remember(day, zh, en, asked, answer)

    def refuse(self, day: date, zh: str, en: str, actor: ActorId, act: Act, at: int = 10) -> Step:
        """Ask for something the law forbids, as a preview, to show the refusal."""
        answer = self.app.preview([self._request(day, actor, act)], now=_clock(day, at))
        assert isinstance(answer, Refused), f"{en}: {answer}"
        return self._remember(day, zh, en, ((actor, act),), answer)

    def _request(self, day: date, actor: ActorId, act: Act) -> Request:
        self._number += 1
        log = EXCHANGE if type(act).__module__.endswith("market.acts") else REGISTRY
        if isinstance(act, OpenLog | GrantRole) and actor == EXCHANGE_DESK:
            log = EXCHANGE
        return Request(
            log=log, act=act, act_id=ActId(f"demo-{self._number:03d}"), actor=actor, day=day
        )

    def _remember(
        self,
        day: date,
        zh: str,
        en: str,
        asked: tuple[tuple[ActorId, Act], ...],
        answer: tuple[Receipt, ...] | Refused,
    ) -> Step:
        acts = tuple(act for _, act in asked)
        step = Step(day=day, title_zh=zh, title_en=en, acts=acts, answer=answer)
        self.steps.append(step)
        self._on_step(step)
        return step


def _clock(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 0), BEIJING)


def tell(story: Story, report: Report, papers: Documents) -> None:
    """The whole story, in order."""
    opening(story)
    project(story, papers)
    reduction(story, report, papers)
    trade(story, report)
    surrender(story, report)


def opening(story: Story) -> None:
    """Two logs, the roles, two bodies, two accounts."""
    day = date(2024, 8, 23)
    registry_log = OpenLog(
        role=Role.REGISTRY_OPERATOR,
        name_zh="注册登记机构（示例）",
        name_en="Registry (example)",
        administrator=REGISTRY_DESK,
    )
    exchange_log = OpenLog(
        role=Role.EXCHANGE_OPERATOR,
        name_zh="交易机构（示例）",
        name_en="Exchange (example)",
        administrator=EXCHANGE_DESK,
    )
    story.do(day, "注册登记日志开启", "the registry opens its log", (REGISTRY_DESK, registry_log))
    story.do(day, "交易日志开启", "the exchange opens its log", (EXCHANGE_DESK, exchange_log))
    grants = (
        (REGISTRY_DESK, AUTHORITY, Role.REGULATOR, None),
        (REGISTRY_DESK, A_DESK, Role.BODY, BODY_A),
        (REGISTRY_DESK, B_DESK, Role.BODY, BODY_B),
        (REGISTRY_DESK, WIND_DESK, Role.HOLDER, OWNER),
        (REGISTRY_DESK, POWER_DESK, Role.HOLDER, EMITTER),
        (EXCHANGE_DESK, WIND_DESK, Role.HOLDER, OWNER),
        (EXCHANGE_DESK, POWER_DESK, Role.HOLDER, EMITTER),
        (EXCHANGE_DESK, BANK, Role.SETTLEMENT_CHANNEL, None),
    )
    for desk, grantee, role, subject in grants:
        act = GrantRole(grantee=grantee, role=role, subject=subject)
        story.do(day, f"授予角色：{role}", f"role granted: {role}", (desk, act))
    _bodies(story, day)
    _accounts(story, day)


def _bodies(story: Story, day: date) -> None:
    named = ((BODY_A, "示例审定核查机构甲", 1), (BODY_B, "示例审定核查机构乙", 2))
    for body, name, number in named:
        act = registry.ApproveBody(
            body=body,
            uscc=example_uscc(number),
            name=name,
            fields=("01",),
            approved=Period(date(2024, 6, 7), date(2030, 6, 6)),
        )
        story.do(day, f"登记获批机构：{name}", f"body recorded: {body}", (AUTHORITY, act))


def _accounts(story: Story, received: date) -> None:
    named = (
        (OWNER, "示例海上风电有限公司", "project_owner", 3),
        (EMITTER, "示例发电有限公司", "key_emitter", 4),
    )
    papers = story.app.rulebook.on(received).names("account.registry.documents").value
    for account, name, kind, number in named:
        act = registry.OpenAccount(
            account=account,
            uscc=example_uscc(number),
            name=name,
            holder_types=(kind,),
            legal_form="legal_person",
            established_in_china=True,
            documents=papers,
            received=received,
        )
        day = received + timedelta(days=5)
        title = f"registry account opened: {account}"
        story.do(day, f"开立注册登记账户：{name}", title, (REGISTRY_DESK, act))


def project(story: Story, papers: Documents) -> None:
    """Published for twenty working days, validated, applied for, registered."""
    design = registry.PublishDesign(
        project=PROJECT,
        owner=OWNER,
        name=PROJECT_NAME.zh,
        kind="reduce",
        methodology=METHODOLOGY,
        validator=BODY_A,
        design_digest=papers.design,
        construction_started=date(2022, 3, 1),
        life=Period(date(2024, 12, 20), date(2044, 12, 19)),
        crediting=CREDITING,
        legal_duty=False,
        ets_managed=False,
        other_mechanism=False,
        site=Site(distance_km=Decimal("35"), depth_m=Decimal("32")),
    )
    day = date(2024, 9, 2)
    story.do(day, "项目设计文件公示", "project design published", (WIND_DESK, design))
    rules = story.app.rulebook.on(day)
    validation = registry.ValidateProject(
        project=PROJECT,
        body=BODY_A,
        report_digest=papers.validation,
        positive=True,
        checks=rules.names("project.validation.checks").value,
        comments_answered=True,
        open_requests=0,
        team=3,
        experts=1,
        undertaking=True,
    )
    story.refuse(
        date(2024, 9, 20),
        "公示期未满即审定",
        "validation before publicity has ended",
        A_DESK,
        validation,
    )
    story.do(date(2024, 10, 10), "项目审定", "project validated", (A_DESK, validation))
    application = registry.ApplyForProject(
        project=PROJECT,
        owner=OWNER,
        documents=rules.names("project.application.documents").value,
    )
    story.do(
        date(2024, 10, 14), "申请项目登记", "registration applied for", (WIND_DESK, application)
    )
    story.do(
        date(2024, 10, 25),
        "项目登记",
        "project registered",
        (REGISTRY_DESK, registry.RegisterProject(project=PROJECT)),
    )


def reduction(story: Story, report: Report, papers: Documents) -> None:
    """The accounting report: published, verified by another body, registered, issued."""
    published = registry.PublishReduction(
        reduction=REDUCTION,
        project=PROJECT,
        owner=OWNER,
        period=MONITORED,
        by_year=report.by_year,
        methodology=report.methodology,
        report_digest=papers.report,
        dataset_digest=papers.dataset,
        rules=report.rules,
        verifier=BODY_A,
    )
    story.refuse(
        REPORT_DAY,
        "委托原审定机构核查",
        "the validator named as verifier",
        WIND_DESK,
        published,
    )
    renamed = _with_verifier(published, BODY_B)
    story.do(REPORT_DAY, "减排量核算报告公示", "accounting report published", (WIND_DESK, renamed))
    rules = story.app.rulebook.on(REPORT_DAY)
    verification = registry.VerifyReduction(
        reduction=REDUCTION,
        project=PROJECT,
        body=BODY_B,
        report_digest=papers.verification,
        verified=report.by_year,
        checks=rules.names("reduction.verification.checks").value,
        comments_answered=True,
        open_requests=0,
        team=3,
        experts=1,
        undertaking=True,
    )
    story.do(date(2026, 3, 12), "减排量核查", "reductions verified", (B_DESK, verification))
    application = registry.ApplyForReduction(
        reduction=REDUCTION,
        project=PROJECT,
        owner=OWNER,
        by_year=report.by_year,
        documents=rules.names("reduction.application.documents").value,
    )
    story.do(
        date(2026, 3, 16), "申请减排量登记", "registration applied for", (WIND_DESK, application)
    )
    register = registry.RegisterReduction(reduction=REDUCTION, project=PROJECT)
    day = date(2026, 3, 30)
    if unconfirmed(story, report.rules, day):
        story.refuse(
            day, "未确认读数即登记", "registration on unconfirmed readings", REGISTRY_DESK, register
        )
    confirm(story, report.rules, day)
    story.do(day, "减排量登记", "reductions registered", (REGISTRY_DESK, register))
    years = tuple(sorted(year for year, tonnes in report.by_year.items() if tonnes.count))
    issue = registry.IssueCredits(reduction=REDUCTION, project=PROJECT, owner=OWNER, years=years)
    story.do(date(2026, 3, 31), "减排量签发", "credits issued", (REGISTRY_DESK, issue))


def _with_verifier(act: registry.PublishReduction, body: BodyId) -> registry.PublishReduction:
    return replace(act, verifier=body)


def unconfirmed(story: Story, refs: tuple[str, ...], day: date) -> list[str]:
    """The rule versions among these that no instrument we have read sets."""
    rules = story.app.rulebook.on(day)
    found = [(ref, rules.version(ref)) for ref in refs]
    return [ref for ref, ruled in found if ruled is not None and not ruled.binding]


def confirm(story: Story, refs: tuple[str, ...], day: date) -> None:
    """The operator confirms in writing each reading or provisional rule, one act each."""
    for ref in unconfirmed(story, refs, day):
        rule, _, since = ref.partition("@")
        act = ConfirmRule(
            rule=rule,
            since=date.fromisoformat(since),
            statement="示例运行机构书面确认，仅用于演示 / confirmed by the example operator for"
            " this demonstration only",
        )
        story.do(day, f"书面确认规则：{rule}", f"rule confirmed: {rule}", (REGISTRY_DESK, act))


def trade(story: Story, report: Report) -> None:
    """Both accounts bound, credits moved, listed, taken by another, settled the same day."""
    day = date(2026, 4, 1)
    for account, name, number in (
        (OWNER, "示例海上风电有限公司", 3),
        (EMITTER, "示例发电有限公司", 4),
    ):
        uscc = example_uscc(number)
        story.do(
            day,
            f"开立交易账户：{name}",
            f"trading account opened and bound: {account}",
            (REGISTRY_DESK, registry.BindTradingAccount(account=account, uscc=uscc)),
            (
                EXCHANGE_DESK,
                market.OpenTradingAccount(
                    account=account,
                    uscc=uscc,
                    name=name,
                    legal_form="legal_person",
                    agreement_signed=True,
                ),
            ),
        )
    instrument, tonnes = InstrumentId.of(PROJECT, YEAR), report.by_year[YEAR]
    units = {"account": OWNER, "instrument": instrument, "tonnes": tonnes}
    story.do(
        day,
        "划转至交易系统",
        "credits moved to the exchange",
        (WIND_DESK, registry.MoveToExchange(**units)),  # type: ignore[arg-type]
        (EXCHANGE_DESK, market.ReceiveCredits(**units)),  # type: ignore[arg-type]
    )
    price = market.ProposePrice(account=OWNER, instrument=instrument, price=PRICE)
    story.do(day, "申报初始价格", "initial price proposed", (WIND_DESK, price))
    listed = market.ListInstrument(instrument=instrument)
    story.do(day, "确认上市", "instrument listed", (EXCHANGE_DESK, listed))
    amount = bought(report)
    cash = Fen(amount.count * PRICE.count * 102 // 100)
    paid = market.DepositCash(account=EMITTER, amount=cash, reference="EXAMPLE-0001")
    story.do(day, "入金", "cash paid in", (BANK, paid))
    _session(story, next_trading_day(day), instrument, tonnes, amount)


def bought(report: Report) -> Tonnes:
    """What the emitter buys: what it may use, or all there is."""
    return Tonnes(min(VERIFIED_EMISSIONS * 5 // 100, report.by_year[YEAR].count))


def _session(
    story: Story, day: date, instrument: InstrumentId, tonnes: Tonnes, amount: Tonnes
) -> None:
    assert is_trading_day(day)
    order = OrderId("sell-1")
    too_high = market.PlaceOrder(
        order=order,
        account=OWNER,
        instrument=instrument,
        side=Side.SELL,
        tonnes=tonnes,
        price=Fen(PRICE.count * 11 // 10 + 1),
    )
    story.refuse(day, "超出涨跌幅挂牌", "an order one fen above the band", WIND_DESK, too_high)
    sell = market.PlaceOrder(
        order=order,
        account=OWNER,
        instrument=instrument,
        side=Side.SELL,
        tonnes=tonnes,
        price=PRICE,
    )
    story.do(day, "挂牌卖出", "sell order listed", (WIND_DESK, sell))
    take = market.TakeOrder(
        order=order, maker=OWNER, account=EMITTER, instrument=instrument, tonnes=amount
    )
    taken = story.do(day, "摘牌成交", "order taken: a trade", (POWER_DESK, take))
    assert not isinstance(taken.answer, Refused)
    terms = {
        "trade": str(taken.answer[0].act_id),
        "seller": OWNER,
        "buyer": EMITTER,
        "instrument": instrument,
        "tonnes": amount,
    }
    story.do(
        day,
        "货银对付结算",
        "settled the same day, delivery against payment",
        (REGISTRY_DESK, registry.DeliverCredits(**terms)),  # type: ignore[arg-type]
        (EXCHANGE_DESK, market.SettleTrade(**terms)),  # type: ignore[arg-type]
        at=15,
    )
    rest = (OWNER,) if amount.count < tonnes.count else ()
    close = market.CloseSession(instrument=instrument, open_accounts=rest)
    story.do(
        day, "收市，未成交申报撤销", "close: unfilled orders end", (EXCHANGE_DESK, close), at=15
    )


def surrender(story: Story, report: Report) -> None:
    """Back to the registry, and surrendered within 5 % of the year's obligation."""
    day = date(2026, 10, 12)
    instrument, amount = InstrumentId.of(PROJECT, YEAR), bought(report)
    units = {"account": EMITTER, "instrument": instrument, "tonnes": amount}
    story.do(
        day,
        "转回注册登记系统",
        "credits moved back to the registry",
        (POWER_DESK, registry.MoveFromExchange(**units)),  # type: ignore[arg-type]
        (EXCHANGE_DESK, market.ReleaseCredits(**units)),  # type: ignore[arg-type]
    )
    obligation = compliance.RecordObligation(
        account=EMITTER, year=YEAR, verified=Tonnes(VERIFIED_EMISSIONS)
    )
    story.do(day, "登记应清缴量", "obligation recorded", (AUTHORITY, obligation))
    over = compliance.SurrenderCredits(
        account=EMITTER,
        instrument=instrument,
        tonnes=Tonnes(VERIFIED_EMISSIONS * 5 // 100 + 1),
        year=YEAR,
    )
    story.refuse(day, "超过5%抵销", "one tonne over the 5 % limit", POWER_DESK, over)
    ruled = story.app.rulebook.on(day).day_of("offset.registered_after")
    confirm(story, (ruled.ref,), day)
    act = compliance.SurrenderCredits(
        account=EMITTER, instrument=instrument, tonnes=amount, year=YEAR
    )
    story.do(day, "抵销清缴并注销", "surrendered and cancelled", (POWER_DESK, act))
