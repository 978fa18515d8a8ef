"""`openccer estimate`: what a project may come to before it exists, and what that rests on."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from openccer.app.cases import read_case
from openccer.cli.options import Json, day
from openccer.cli.output import (
    MISTYPED,
    REFUSED,
    emit,
    err,
    existing,
    guarded,
    out,
    refuse,
    stop,
)
from openccer.kernel.calendar import BEIJING
from openccer.kernel.outcome import Refused
from openccer.mrv import catalogue
from openccer.mrv.case_inputs import CaseError
from openccer.mrv.estimate import Estimate
from openccer.mrv.estimate import estimate as estimated
from openccer.mrv.estimate_inputs import Written, read_plan, read_prices
from openccer.mrv.estimate_sheet import estimate_by_sheet
from openccer.mrv.forecast import annual_mean
from openccer.mrv.sheet import Sheet, Solved
from openccer.mrv.worth import Price, kept_prices
from openccer.reports import estimate as told
from openccer.reports import estimate_sheet
from openccer.reports.messages import word
from openccer.rulebook.load import load_cn, load_cn_facts
from openccer.rulebook.model import RuleGap, RulesInForce, Title

BAR = 10  # signs for the largest year

Methodology = Annotated[str | None, typer.Option(help="Its code, e.g. CCER-01-002-V01.")]
Grid = Annotated[str | None, typer.Option(help="North, East, South, Northwest, …")]
Generation = Annotated[str | None, typer.Option(help="Exported in a mean year, MWh.")]
Imported = Annotated[str | None, typer.Option("--import", help="Imported in a mean year, MWh.")]
Capacity = Annotated[str | None, typer.Option(help="MW, together with --hours.")]
Hours = Annotated[str | None, typer.Option(help="Full-load hours of a mean year, at most 8784.")]
Burnt = Annotated[
    list[str] | None,
    typer.Option(
        "--fuel", help="Burnt in a year, NAME=AMOUNT: natural_gas (10^4 Nm3), diesel (t)."
    ),
]
First = Annotated[str | None, typer.Option("--from", help="First day of the crediting period.")]
Years = Annotated[str | None, typer.Option(help="Crediting years [default: as many as may be].")]
On = Annotated[str | None, typer.Option(help="The day whose rules apply [default: today].")]
Vintage = Annotated[
    str | None,
    typer.Option(help="Take this vintage, not the rule's: 2023, or 2023,2020:2022 year by year."),
]
Prices = Annotated[
    str | None,
    typer.Option("--price", help="LOW,MID,HIGH in yuan a tonne [default: those paid and kept]."),
]
SheetCode = Annotated[
    str | None, typer.Option("--sheet", help="A sheet (pilot, analogue, provisional) instead.")
]
GivenFile = Annotated[
    Path | None, typer.Option("--given", help="With --sheet: its inputs in YAML, symbol: value.")
]
Html = Annotated[Path | None, typer.Option("--html", help="Write the page here.")]


@guarded
def estimate(
    methodology: Methodology = None,
    grid: Grid = None,
    generation: Generation = None,
    imported: Imported = None,
    capacity: Capacity = None,
    hours: Hours = None,
    fuel: Burnt = None,
    first: First = None,
    years: Years = None,
    on: On = None,
    vintage: Vintage = None,
    price: Prices = None,
    sheet: SheetCode = None,
    given: GivenFile = None,
    html: Html = None,
    as_json: Json = False,
) -> None:
    """What a project may earn, before it exists: tonnes by year in both layouts, and their value.

    Every year takes the grid factor published for it, else the latest earlier one; a vintage whose
    number is not known is refused. Nothing is judged and nothing is registered.
    """
    written = Written(
        methodology=methodology,
        grid=grid,
        first=first,
        generation=generation,
        imported=imported,
        capacity=capacity,
        hours=hours,
        fuels=tuple(fuel or ()),
        years=years,
        vintage=vintage,
    )
    try:
        if sheet is not None or given is not None:
            alone = written == Written() and (on, price) == (None, None)
            _by_sheet(sheet, given, html, alone, as_json)
        else:
            _by_method(written, on, price, html, as_json)
    except CaseError as error:
        stop(MISTYPED, "mistyped", error.zh, str(error), as_json)
    except RuleGap as gap:
        zh = f"{gap.day} 没有有效的规则 {gap.rule}，无从估算"
        stop(REFUSED, "no-rule-in-force", zh, f"{gap}; what is unknown is refused", as_json)


def _by_method(
    written: Written, on: str | None, price: str | None, html: Path | None, as_json: bool
) -> None:
    facts = load_cn_facts()
    rules = load_cn().on(day(on, as_json) if on else datetime.now(BEIJING).date())
    plan = read_plan(written, rules)
    prices = kept_prices(facts, rules.day) if price is None else read_prices(price)
    found = estimated(plan, rules)
    if isinstance(found, Refused):
        if catalogue.sheet(plan.methodology) is not None:
            code = plan.methodology
            _hint(
                f"可按未经正式文本核对的算表估算：--sheet {code} --given 文件",
                f"a sheet, by no official text, can estimate it: --sheet {code} --given FILE",
            )
        refuse(found, as_json)
    if html is not None:
        html.write_text(told.page(found, prices, rules, facts), encoding="utf-8")
    if as_json:
        emit(told.record(found, prices, rules, facts))
        return
    _print(found, prices, rules)


def _print(found: Estimate, prices: Sequence[Price], rules: RulesInForce) -> None:
    _say(told.standing(found))
    title = found.method.title
    out.print(f"[bold]{title.zh}[/] · {title.en} ({found.method.code})")
    grid, period = word("values", found.plan.grid), found.crediting
    out.print(f"{grid.zh} · {grid.en}; {period.first} - {period.last}")
    _print_years(found)
    for layout, name in told.LAYOUT_WORDS.items():
        report = found.report(layout)
        mean = annual_mean(report, found.years)
        out.print(
            f"[bold]{name.zh} {name.en}: {report.reduction.count:,} tCO2e[/]"
            f" (年均 mean year {mean:,})"
        )
    if prices:
        _print_money(found, prices, rules)
    for note in (*told.money_notes(found, prices, rules), *told.notes(found)):
        _say(note)
    for one in found.unsettled:
        basis = word("bases", one.basis)
        err.print(f"{basis.zh} {basis.en}: {one.ref} {one.title.zh} {one.title.en}", markup=False)


def _print_years(found: Estimate) -> None:
    table = Table(
        "年 year", "天 days", "因子 factor", "年度 vintage", "依据 basis", "", "吨 t", "累计 total"
    )
    rows = told.rows(found)
    most = max(1, *(row.tonnes for row in rows))
    for row in rows:
        one, basis = row.factor, word("bases", row.factor.factor.ef.basis)
        table.add_row(
            str(one.year),
            f"{row.days}/{row.of_days}",
            f"{one.factor.ef.value:f}",
            f"{one.factor.vintage} {row.chosen.zh} {row.chosen.en}",
            f"{basis.zh} {basis.en}" + ("" if one.settled else " *"),
            "█" * (row.tonnes * BAR // most),
            f"{row.tonnes:,}",
            f"{row.so_far:,}",
        )
    out.print(table)


def _print_money(found: Estimate, prices: Sequence[Price], rules: RulesInForce) -> None:
    heads = [f"{name.zh} {layout.value}" for layout, name in told.LAYOUT_WORDS.items()]
    table = Table("元/吨 CNY/t", "由来 from", *heads, title="价款 value, 元 CNY (费后 after fee)")
    for one in told.money(found, prices, rules):
        paid = f" {one.price.day} ({one.price.basis})" if one.price.day else ""
        cells = []
        for layout in told.LAYOUT_WORDS:
            at = one.by_layout[layout]
            after = f" ({_yuan(at.after_fee)})" if at.after_fee is not None else ""
            cells.append(f"{_yuan(at.value)}{after}")
        table.add_row(f"{one.price.yuan:f}", f"{one.title.zh} {one.title.en}{paid}", *cells)
    out.print(table)


def _yuan(value: Decimal) -> str:
    return f"{value:,.2f}"


def _by_sheet(
    code: str | None, given: Path | None, html: Path | None, alone: bool, as_json: bool
) -> None:
    if code is None or given is None or not alone:
        zh = "--sheet 与 --given 须同时给出；除 --html、--json 外不与其他选项同用"
        en = "give --sheet and --given together, and no other option but --html and --json"
        stop(MISTYPED, "mistyped", zh, en, as_json)
    raw = read_case(existing(given, as_json))
    inputs = raw.get("inputs", raw)
    if not isinstance(inputs, dict):
        zh, en = (
            f"{given}：inputs 应为“符号: 数值”",
            f"{given}: inputs is no table of symbol: value",
        )
        stop(MISTYPED, "mistyped", zh, en, as_json)
    sheet, solved = estimate_by_sheet(code, inputs)
    if html is not None:
        html.write_text(estimate_sheet.page(sheet, solved), encoding="utf-8")
    if as_json:
        emit(estimate_sheet.record(sheet, solved))
    else:
        _print_sheet(sheet, solved)


def _print_sheet(sheet: Sheet, solved: Solved) -> None:
    _say(estimate_sheet.standing(sheet))
    _say(estimate_sheet.NOTHING_REGISTERED)
    out.print(f"{sheet.title.zh} · {sheet.title.en} ({sheet.code})", markup=False)
    out.print(sheet.source, markup=False)
    table = Table("symbol", "value", "unit", "equation", "")
    for line, value in estimate_sheet.results(solved):
        what = f"{line.title_zh} {line.title_en}"
        table.add_row(line.symbol, escape(value), line.unit, line.equation, what)
    out.print(table)
    for one in solved.assumed:
        title, known = (
            estimate_sheet.symbol_title(sheet, one),
            estimate_sheet.KNOWN[one.known.value],
        )
        value = estimate_sheet.said(one.value)
        _say(
            Title(
                f"采用 {one.symbol} = {value}（{title.zh}）：{known.zh}；{one.source}",
                f"assumed {one.symbol} = {value} ({title.en}): {known.en}; {one.source}",
            )
        )
    if solved.unsure:
        listed = ", ".join(solved.unsure)
        _say(Title(f"未读到出处的公式：{listed}", f"equations read in no source: {listed}"))


def _hint(zh: str, en: str) -> None:
    err.print(zh, markup=False)
    err.print(en, markup=False)


def _say(said: Title) -> None:
    out.print(said.zh, markup=False)
    out.print(said.en, markup=False)
