"""The rest of the story: listed, taken, settled, surrendered."""

from datetime import date

from openccer.app.demo.cast import (
    AUTHORITY,
    BANK,
    EMITTER,
    EXCHANGE_DESK,
    OWNER,
    POWER_DESK,
    PRICE,
    PROJECT,
    REGISTRY_DESK,
    VERIFIED_EMISSIONS,
    WIND_DESK,
    YEAR,
    example_uscc,
)
from openccer.app.demo.story import Story, confirm
from openccer.compliance import model as compliance
from openccer.kernel.calendar import is_trading_day, next_trading_day
from openccer.kernel.ids import InstrumentId, OrderId
from openccer.kernel.outcome import Refused
from openccer.kernel.quantity import Fen, Tonnes
from openccer.market import acts as market
from openccer.market.records import Side
from openccer.mrv.model import Report
from openccer.registry.credits import acts as credits
from openccer.registry.parties import acts as parties


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
            (REGISTRY_DESK, parties.BindTradingAccount(account=account, uscc=uscc)),
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
        (WIND_DESK, credits.MoveToExchange(**units)),  # type: ignore[arg-type]
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
        (REGISTRY_DESK, credits.DeliverCredits(**terms)),  # type: ignore[arg-type]
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
        (POWER_DESK, credits.MoveFromExchange(**units)),  # type: ignore[arg-type]
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
