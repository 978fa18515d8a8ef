"""The accounting report as a workbook: numbers as numbers, units in the headings, both languages.

The same report gives the same bytes: the only time inside is the day of the rules.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from openccer.kernel.quantity import EXACT
from openccer.reports import shown
from openccer.reports.accounting import AccountingModel, Row, Treated
from openccer.reports.messages import Clause, word
from openccer.reports.sheets import Cell, Sheet, book
from openccer.rulebook.model import Title

NOT_STATED = "未说明 not stated"


def workbook(model: AccountingModel) -> bytes:
    """The report as an XLSX file."""
    return book(sheets(model), both(model.title), model.day)


def sheets(model: AccountingModel) -> tuple[Sheet, ...]:
    """Every sheet of the workbook, in order."""
    return (
        _summary(model),
        _results(model),
        _working(model),
        _months(model),
        _found(model),
        _meters(model),
        _plan(model),
        _digests(model),
    )


def both(said: Title) -> str:
    """Chinese, then English; once where they are the same."""
    return said.zh if said.zh == said.en else f"{said.zh} {said.en}"


def _mwh(energy_wh: int) -> Decimal:
    return Decimal(energy_wh).scaleb(-6, EXACT)


def _crediting(model: AccountingModel) -> str:
    if model.crediting is None:
        return (
            "未说明，未判断核算期是否在计入期内"
            " not stated; whether the period lies in it was not judged"
        )
    return f"{model.crediting.first} – {model.crediting.last}"


def _clauses(found: Iterable[Clause]) -> str:
    return "; ".join(
        f"{clause.title_zh} {clause.locator}" if clause.is_law else clause.title_zh
        for clause in found
    )


# --- the sheets ---------------------------------------------------------------------------------


def _summary(model: AccountingModel) -> Sheet:
    report, project = model.report, model.project
    known = (
        ("项目名称 Project", project.name),
        ("项目业主 Owner", project.owner),
        ("项目地点 Location", project.location),
        ("电站 Plant", project.plant),
        ("项目边界（业主陈述） Boundary, as the owner states it", project.boundary),
    )
    boundary = both(model.plan.boundary) if model.plan else NOT_STATED
    state = "估算 estimate" if model.unconfirmed else "有依据 confirmed"
    rows: list[tuple[Cell, ...]] = [
        ("报告 Report", both(model.title)),
        *((name, both(said.title) if said else NOT_STATED) for name, said in known),
        ("装机容量 Capacity (MW)", project.capacity_mw or NOT_STATED),
        ("计入期 Crediting period", _crediting(model)),
        ("项目边界（方法学） Boundary, as the methodology has it", boundary),
        ("方法学 Methodology", f"{report.methodology} {both(model.methodology)}"),
        ("区域电网 Regional grid", both(model.grid)),
        ("核算期 Period", f"{report.first} – {report.last}"),
        ("减排量合计 Total reduction (tCO2e)", report.reduction.count),
        ("状态 State", state),
        *(("尚待书面确认 To be confirmed in writing", ref.ref) for ref in model.unconfirmed),
        *(("说明 Note", both(note)) for note in model.notes),
    ]
    return Sheet("摘要 Summary", ("项目 Item", "内容 Content"), tuple(rows))


def _results(model: AccountingModel) -> Sheet:
    years = sorted(model.report.by_year.items())
    rows: list[tuple[Cell, ...]] = [(year, tonnes.count, None) for year, tonnes in years]
    rows.append(("合计 Total", model.report.reduction.count, None))
    rows += [
        (f"不确定度 Uncertainty: {both(name)}", None, both(value))
        for name, value in model.uncertainty.items()
    ]
    return Sheet(
        "结果 Results", ("年度 Year", "减排量 Reduction (tCO2e)", "数值 Value"), tuple(rows)
    )


def _working(model: AccountingModel) -> Sheet:
    heads = (
        "年度 Year",
        "符号 Symbol",
        "含义 What it is",
        "数值 Value",
        "精确值 Exact value",
        "单位 Unit",
        "公式 Equation",
        "依据等级 Basis",
        "规则 Rules",
        "条款 Clauses",
        "说明 Note",
    )
    return Sheet("计算过程 Working", heads, tuple(_line(row) for row in model.rows))


def _line(row: Row) -> tuple[Cell, ...]:
    line = row.line
    return (
        line.year if line.year is not None else "整个核算期 Whole period",
        line.symbol,
        f"{line.title_zh} {line.title_en}",
        line.value,
        shown.number(line.value),  # a spreadsheet keeps fifteen digits of a number, text keeps all
        both(row.unit),
        line.equation,
        both(word("bases", row.basis)),
        ", ".join(line.rules),
        _clauses(row.clauses),
        both(row.note) if line.note else "",
    )


def _months(model: AccountingModel) -> Sheet:
    heads = (
        "月份 Month",
        "上网电量 Export (MWh)",
        "下网电量 Import (MWh)",
        "缺失时段 Missing intervals",
        "应有时段 Expected intervals",
        "两表共同时段 Intervals of both meters",
        "关口表 Revenue meter (MWh)",
        "校核表 Check meter (MWh)",
        "相差 Apart (share)",
    )
    rows: list[tuple[Cell, ...]] = []
    for month in model.months:
        total, pair = month.total, month.compared
        compared: tuple[Cell, ...] = (None, None, None, None)
        if pair:
            energies = (_mwh(pair.revenue_export_wh), _mwh(pair.check_export_wh))
            compared = (pair.intervals, *energies, pair.share)
        rows.append(
            (
                f"{total.year}-{total.month:02d}",
                _mwh(total.export_wh),
                _mwh(total.import_wh),
                total.missing_intervals,
                total.expected_intervals,
                *compared,
            )
        )
    return Sheet("各月 Months", heads, tuple(rows))


def _found(model: AccountingModel) -> Sheet:
    heads = (
        "种类 Kind",
        "电表 Meter",
        "第一处 First place",
        "最后一处 Last place",
        "数量 Count (intervals, readings)",
        "发现 Finding",
        "处理 Treatment",
        "规则 Rules",
        "条款 Clauses",
    )
    rows = (*map(_gap, model.gaps), *map(_finding, model.findings))
    return Sheet("缺失与发现 Gaps and findings", heads, rows)


def _gap(treated: Treated) -> tuple[Cell, ...]:
    gap: Any = treated.found
    kind = both(word("meters", gap.role))
    where = (gap.meter, gap.first_text, gap.last_text)
    return ("缺失 gap", *where, gap.count, kind, *_treatment(treated))


def _finding(treated: Treated) -> tuple[Cell, ...]:
    found: Any = treated.found
    said = f"{found.message_zh} {found.message_en}"
    return (found.code, found.meter, found.place, "", found.count, said, *_treatment(treated))


def _treatment(treated: Treated) -> tuple[Cell, ...]:
    if not treated.rules and not treated.clauses:
        return both(treated.treatment), "", "本软件的处理方式 this software's treatment"
    return both(treated.treatment), ", ".join(treated.rules), _clauses(treated.clauses)


def _meters(model: AccountingModel) -> Sheet:
    heads = (
        "电表 Meter",
        "位置 Place",
        "计量参数 Measures",
        "准确度等级 Class",
        "来源 From",
        "校准日期 Calibrated on",
        "允许误差 Limit (share)",
        "实测误差 Found (share)",
        "机构 By",
        "证书 Certificate",
    )
    rows = tuple(row for meter in model.meters for row in _meter(meter))
    return Sheet("电表与校准 Meters", heads, rows)


def _meter(meter: Any) -> Iterator[tuple[Cell, ...]]:
    stated = meter.stated
    known: tuple[Cell, ...] = (
        meter.id,
        both(stated.place.title) if stated and stated.place else NOT_STATED,
        ", ".join(stated.measures) if stated and stated.measures else NOT_STATED,
        (stated.accuracy_class if stated else None) or NOT_STATED,
    )
    rows: list[Sequence[Cell]] = [
        ("记录 record", one.day.isoformat(), one.limit, one.found, "", "")
        for one in meter.calibrations
    ]
    for one in stated.calibrations if stated else ():
        by = both(one.by.title) if one.by else NOT_STATED
        certificate = one.certificate or NOT_STATED
        rows.append(("业主陈述 stated", one.day.isoformat(), None, None, by, certificate))
    for row in rows or [(NOT_STATED, None, None, None, None, None)]:
        yield (*known, *row)


def _plan(model: AccountingModel) -> Sheet:
    heads = (
        "参数或要求 Parameter or duty",
        "名称 Name",
        "方面 Aspect",
        "计划的要求 What the plan asks",
        "实际情况 What was done",
        "判定 Judged",
        "条款 Clauses",
    )
    rows = tuple(
        (
            one.id,
            both(one.title) if check.aspect else "",
            both(word("aspects", check.aspect)) if check.aspect else "",
            both(check.asked),
            both(check.done),
            both(word("verdicts", check.verdict)),
            "; ".join(str(cite) for cite in one.cites),
        )
        for one in model.compared
        for check in one.checks
    )
    return Sheet("监测计划 Plan", heads, rows)


def _digests(model: AccountingModel) -> Sheet:
    measured = model.measurement
    rows: list[tuple[Cell, ...]] = [
        ("规则库 Rulebook", model.report.rulebook),
        ("规则日期 Rules of the day", model.day.isoformat()),
        ("软件版本 Version of the software", f"OpenCCER {model.version}"),
    ]
    if measured:
        rows += [
            ("计量文件 Meter file", measured.dataset),
            ("映射文件 Mapping", measured.mapping),
            ("查询 Queries", measured.query),
            ("计算引擎 Engine", measured.engine),
            ("读数行数 Rows of readings", measured.rows),
            ("时段长度 Interval (min)", measured.interval_minutes),
        ]
    rows += [(both(name), digest) for name, digest in model.digests.items()]
    return Sheet("数据摘要 Digests", ("项目 Item", "数值 Value"), tuple(rows))
