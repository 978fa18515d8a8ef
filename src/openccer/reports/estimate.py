"""What an estimate says to people: its sentences, its record for programs, and its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openccer.app.cases import line_record
from openccer.kernel import canonical
from openccer.mrv.estimate import Chosen, Estimate, YearFactor, fuel_unit
from openccer.mrv.exact import shown
from openccer.mrv.forecast import Layout, annual_mean
from openccer.mrv.worth import Price, Worth, listed_fee, worth
from openccer.reports.estimate_chart import Column, chart
from openccer.reports.html import render
from openccer.reports.messages import clause, word
from openccer.reports.shown import unit as shown_unit
from openccer.rulebook.model import Rulebook, Ruled, RulesInForce, Title

PRICE_WORDS = {
    "low": Title("低", "low"),
    "mid": Title("中", "middle"),
    "high": Title("高", "high"),
    "lowest": Title("已知最低", "lowest known"),
    "latest": Title("最近", "latest"),
    "highest": Title("已知最高", "highest known"),
}
CHOSEN_WORDS = {
    Chosen.OWN: Title("本年", "own"),
    Chosen.EARLIER: Title("此前最近", "latest earlier"),
    Chosen.STATED: Title("填报指定", "stated"),
}
LAYOUT_WORDS = {
    Layout.CALENDAR: Title("按自然年", "by calendar year"),
    Layout.FLAT: Title("各年相同", "the same every year"),
}
NOT_JUDGED = Title(
    "未判断方法学是否适用（离岸距离、水深、并网、单独计量、项目寿命期限），"
    "也未判断开工日期、真实性、唯一性、额外性和权属。",
    "Whether the methodology applies is not judged (distance, depth, grid connection, own meter, "
    "life of the project), nor the start of construction, nor whether the project is real, unique, "
    "additional and its owner’s.",
)
NO_FORECAST = Title(
    "价格不作预测：价款是吨数乘以所列价格，未折现，也不表示能够按此售出。",
    "No price is foretold: the value is tonnes times the price shown, not discounted, and no "
    "promise of a sale.",
)
NO_PRICE = Title(
    "截至该日没有已知的月末价格，也没有给出价格：不计价款。",
    "No month-end price is known on that day, and none was given: no value is worked out.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One calendar year as it is printed."""

    factor: YearFactor
    days: int
    of_days: int
    tonnes: int
    so_far: int
    chosen: Title


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """One price and what both layouts are worth at it."""

    price: Price
    title: Title
    by_layout: dict[Layout, Worth]


def rows(found: Estimate) -> tuple[Row, ...]:
    """The calendar layout, year by year."""
    so_far, made = 0, []
    for one in found.factors:
        days, of_days = found.days(one.year)
        tonnes = found.calendar.by_year[one.year].count
        so_far += tonnes
        made.append(
            Row(
                factor=one,
                days=days,
                of_days=of_days,
                tonnes=tonnes,
                so_far=so_far,
                chosen=CHOSEN_WORDS[one.chosen],
            )
        )
    return tuple(made)


def money(found: Estimate, prices: Sequence[Price], rules: RulesInForce) -> tuple[Money, ...]:
    """Both layouts at every price."""
    return tuple(
        Money(
            price=price,
            title=PRICE_WORDS[price.name],
            by_layout={
                layout: worth(found.report(layout).reduction.count, price, rules)
                for layout in Layout
            },
        )
        for price in prices
    )


# --- in words -----------------------------------------------------------------------------------


def standing(found: Estimate) -> Title:
    """What an estimate is, and what it is not."""
    return Title(
        "这是项目存在之前的估算：没有审定、核查，也不登记任何减排量。",
        "An estimate before the project exists: nothing is validated, verified or registered by "
        "it.",
    )


def notes(found: Estimate) -> tuple[Title, ...]:
    """What rests on what, in words: factors, layouts, inputs, and what was not judged."""
    said = [*_factor_notes(found), _layout_note(found), *_input_notes(found), NOT_JUDGED]
    return tuple(said)


def _factor_notes(found: Estimate) -> list[Title]:
    said = [
        Title(
            "因子年份的规则：各年取该年度的已发布因子；尚未发布的，取此前最近的已发布年度。"
            f"以 {found.on} 已发布者为准，核查时按届时已发布者重算。",
            "The vintage rule: each year takes the factor published for it; until that is "
            f"published, the latest earlier one. As published on {found.on}; a verification takes "
            "what is published then.",
        )
    ]
    stated = [one.year for one in found.factors if one.chosen is Chosen.STATED]
    if stated:
        years = spans(stated)
        said.append(
            Title(
                f"{years} 年的因子年度由填报者指定，不按此规则；核查时仍须按此规则。",
                f"The vintage of {years} is as stated and not by this rule; a verification follows "
                "the rule all the same.",
            )
        )
    open_years = [one.year for one in found.factors if not one.settled]
    if open_years:
        years = spans(open_years)
        said.append(
            Title(
                f"{years} 年的因子未在正式文本中读到，只是反推或暂定的数值；"
                "运行机构确认之前不能据以登记。",
                f"The factor of {years} was read in no official text: it is a reading or "
                "provisional, and registers nothing until the operator confirms it.",
            )
        )
    return said


def _layout_note(found: Estimate) -> Title:
    vintage = found.flat_factor.factor.vintage
    return Title(
        "两种算法在公开登记中都有：“按自然年”逐年按计入天数计算并向下取整；“各年相同”以一年的整吨数乘以年数，"
        f"只用一个因子（所用最新年度 {vintage}）。",
        "The public register has both layouts: by calendar year, each cut down to whole tonnes by "
        "its credited days; and the same every year, whole tonnes of one year times the years, at "
        f"one factor (that of {vintage}, the newest vintage used).",
    )


def _input_notes(found: Estimate) -> list[Title]:
    plan, said = found.plan, []
    if plan.imported_mwh is None:
        said.append(
            Title(
                "未给出下网电量，按零计；核查年度须有计量数据。",
                "No import is given and none is taken off; a verified year needs the metered one.",
            )
        )
    if plan.of_capacity:
        said.append(
            Title(
                "装机容量乘以小时数是发电量，不是上网电量：未扣厂用电和线损，结果偏高。",
                "Capacity times hours is what is generated, not what is exported: the plant’s own "
                "use and losses are not taken off, so the result is too high.",
            )
        )
    if plan.fuels:
        said.append(
            Title(
                "燃料的热值、含碳量和氧化率取规则库的缺省值。",
                "Heating value, carbon and oxidation of a fuel are the defaults of the rulebook.",
            )
        )
    if found.too_old_until is not None:
        day = found.too_old_until
        said.append(
            Title(
                f"{day} 以前产生的减排量，在 {found.on} 已不能再申请登记，但仍计入合计。",
                f"What arose before {day} can no longer be applied for on {found.on}; the totals "
                "still count it.",
            )
        )
    return said


def money_notes(found: Estimate, prices: Sequence[Price], rules: RulesInForce) -> tuple[Title, ...]:
    """What the money is, and what it is not."""
    if not prices:
        return (NO_PRICE,)
    said = [NO_FORECAST]
    if prices[0].day is not None:
        said.append(
            Title(
                f"未给出价格：取截至 {found.on} 已知的各月末（最近一项为所见最后一日）日均价的"
                "最低、最近和最高，均为暂定，且混合了不同项目和年份。",
                "No price was given: the lowest, latest and highest of the daily averages of month "
                f"ends (the latest: of the last day seen) known on {found.on}. All are provisional "
                "and mix projects and years.",
            )
        )
    rate = listed_fee(rules)
    if rate is not None:
        per_mille = f"{(rate.value * 1000).normalize():f}"
        said.append(
            Title(
                f"手续费：挂牌协议交易，卖方按成交额的 {per_mille}‰，此处按一笔交易计算；"
                "逐笔取整会有分差，账户年费等未计。",
                f"Fee: a listed trade, {per_mille} per mille of its value from the seller, as of "
                "one trade; many trades round apart by fen, and account fees are not counted.",
            )
        )
    return tuple(said)


def spans(years: Sequence[int]) -> str:
    """Years in print, runs joined: 2022, 2024-2026."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


# --- for programs -------------------------------------------------------------------------------


def record(
    found: Estimate, prices: Sequence[Price], rules: RulesInForce, facts: Rulebook
) -> dict[str, Any]:
    """The estimate as JSON types."""
    plan, rate = found.plan, listed_fee(rules)
    return {
        "standing": canonical.plain(standing(found)),
        "on": found.on.isoformat(),
        "methodology": found.method.code,
        "title": canonical.plain(found.method.title),
        "grid": plan.grid,
        "crediting": {**canonical.plain(found.crediting), "years": found.years},
        "mean_year": {
            "exported_mwh": f"{plan.exported_mwh:f}",
            "imported_mwh": None if plan.imported_mwh is None else f"{plan.imported_mwh:f}",
            "net_export_mwh": f"{plan.net_mwh:f}",
            "fuels": {name: f"{amount:f}" for name, amount in plan.fuels},
            "project_emissions_t": f"{shown(found.project_t, up=True):f}",
        },
        "unit": "tCO2e",
        "years": [_year_record(row) for row in rows(found)],
        "layouts": {layout.value: _layout_record(found, layout) for layout in Layout},
        "revenue": {
            "unit": "CNY",
            "fee": None if rate is None else _fee_record(rate),
            "prices": [_money_record(one) for one in money(found, prices, rules)],
            "facts": facts.digest,
        },
        "unsettled": [
            {"ref": one.ref, "title": canonical.plain(one.title), "basis": one.basis.value}
            for one in found.unsettled
        ],
        "notes": canonical.plain([*notes(found), *money_notes(found, prices, rules)]),
        "lines": [line_record(line, rules.book) for line in found.calendar.lines],
        "rulebook": rules.book.digest,
    }


def _year_record(row: Row) -> dict[str, Any]:
    one = row.factor
    return {
        "year": one.year,
        "days": row.days,
        "days_in_year": row.of_days,
        "ef_cm_t_per_mwh": f"{one.factor.ef.value:f}",
        "vintage": one.factor.vintage,
        "chosen": one.chosen.value,
        "basis": one.factor.ef.basis.value,
        "settled": one.settled,
        "rules": list(one.refs),
        "tonnes": row.tonnes,
        "so_far": row.so_far,
    }


def _layout_record(found: Estimate, layout: Layout) -> dict[str, Any]:
    report = found.report(layout)
    return {
        "total": report.reduction.count,
        "annual": annual_mean(report, found.years),
        "by_year": {str(year): tonnes.count for year, tonnes in report.by_year.items()},
    }


def _fee_record(rate: Ruled[Decimal]) -> dict[str, Any]:
    return {
        "rate": f"{rate.value:f}",
        "side": "seller",
        "rule": rate.ref,
        "basis": rate.basis.value,
        "cites": [str(cite) for cite in rate.cites],
    }


def _money_record(one: Money) -> dict[str, Any]:
    price = one.price
    return {
        "name": price.name,
        "cny_per_tonne": f"{price.yuan:f}",
        "day": price.day.isoformat() if price.day else None,
        "basis": price.basis.value if price.basis else None,
        "cites": [str(cite) for cite in price.cites],
        "note": price.note,
        **{
            layout.value: {
                "value": f"{at.value:.2f}",
                "fee": None if at.fee is None else f"{at.fee:.2f}",
                "after_fee": None if at.after_fee is None else f"{at.after_fee:.2f}",
            }
            for layout, at in one.by_layout.items()
        },
    }


# --- the page -----------------------------------------------------------------------------------


def page(found: Estimate, prices: Sequence[Price], rules: RulesInForce, facts: Rulebook) -> str:
    """The estimate as one self-contained page in both languages."""
    table = rows(found)
    rate = listed_fee(rules)
    return render(
        "estimate.html",
        title=Title("减排量估算", "What the project may come to"),
        found=found,
        standing=standing(found),
        notes=notes(found),
        money_notes=money_notes(found, prices, rules),
        grid=word("values", found.plan.grid),
        rows=table,
        chart=chart([_column(row) for row in table]),
        totals=[(name, _layout_record(found, layout)) for layout, name in LAYOUT_WORDS.items()],
        money=money(found, prices, rules),
        fuels=[
            (name, amount, shown_unit(fuel_unit(name, rules.book)).en)
            for name, amount in found.plan.fuels
        ],
        project_t=shown(found.project_t, up=True),
        cited={one: [clause(cite) for cite in one.cites] for one in prices},
        fee_clauses=[] if rate is None else [clause(cite) for cite in rate.cites],
        layouts=LAYOUT_WORDS,
        facts=facts,
    )


def _column(row: Row) -> Column:
    one = row.factor
    ef = f"{one.factor.ef.value:f}"
    said = f"{one.year}: {row.tonnes:,} tCO2e; {row.days}/{row.of_days} d; {ef} tCO2/MWh"
    return Column(
        year=one.year,
        tonnes=row.tonnes,
        settled=one.settled,
        own=one.factor.vintage == one.year,
        said=said,
    )
