"""The kinds of published case this version computes, one function each.

A case states its inputs, factor included; nothing is looked up for it. Where a rulebook is at hand
the stated factor is compared with it, and a difference is a finding, not an answer.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from openccer.kernel.calendar import ONE_DAY, Period, beijing_day, years_before
from openccer.kernel.outcome import Refused
from openccer.mrv.case_factor import (
    Finding,
    Findings,
    read_factors,
)
from openccer.mrv.case_inputs import FUEL_KEYS, CaseError, Fault, Reader
from openccer.mrv.exact import shown, whole_tonnes
from openccer.mrv.forecast import (
    Factors,
    Layout,
    MeanYear,
    Rounding,
    annual_mean,
    forecast,
    mean_year,
)
from openccer.mrv.methodologies.grid_electricity import (
    Fuel,
    GridMethod,
    baseline_emissions,
    last_day_of,
)
from openccer.mrv.model import Line
from openccer.mrv.working import MWH, TONNES, Working
from openccer.rulebook.model import RuleGap, RulesInForce

Value = int | bool | str | Decimal | Fraction | list[str] | dict[str, int]

CREDITING_MOST_YEARS = 10  # CCER-01-001-V01 and CCER-01-002-V01, section 5.2.2
FIRST_ELIGIBLE_DAY = date(2020, 9, 23)  # Measures, article 17: arisen after 2020-09-22
GROSS = re.compile(r"input\s+is\s+(the\s+)?gross|输入(值)?(为|是)(毛|总)发电量", re.IGNORECASE)


class Unsupported(LookupError):
    """This version cannot compute the case, and says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """What a case comes to: named results, the working, and what was noticed on the way."""

    result: Mapping[str, Value]
    lines: tuple[Line, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The case as handed in: its method (None where none is needed), inputs and remarks."""

    method: GridMethod | None
    inputs: Mapping[str, Any]
    notes: str
    rules: RulesInForce | None
    wanted: tuple[str, ...] = ()
    findings: Findings = field(default_factory=Findings)

    @property
    def grid_method(self) -> GridMethod:
        assert self.method is not None, "this kind needs a methodology"
        return self.method


Calculation = Callable[[Case, Reader], Computed]


def forecast_case(case: Case, reader: Reader) -> Computed:
    """A design document: yearly reduction and total of the crediting period, in its layout."""
    stated = read_factors(reader, case.rules, case.findings)
    net = read_energy(reader, case.findings)
    period = read_crediting(reader, case.findings)
    years = read_years(reader, period, case.findings)
    layout, rounding = read_layout(reader, case.findings)
    project_t, fuel_lines = read_project(reader, case)
    leakage_t = Fraction(reader.number("leakage_t") or 0)
    if leakage_t:
        case.findings.add(
            "leakage-not-in-method",
            "方法学规定泄漏忽略不计，案例另行扣除",
            "the methodology ignores leakage (6.5); the case deducts some",
        )
    if GROSS.search(case.notes):
        case.findings.add(
            "gross-generation",
            "案例说明输入为毛发电量而非上网电量，所得减排量偏高",
            "the case says its input is gross generation, not export: the result is too high",
        )
    reader.finish()
    mean = MeanYear(net_export_mwh=net, project_t=project_t, leakage_t=leakage_t, rounding=rounding)
    result = _outlook(case, mean, period, years, layout, stated.factors)
    return Computed(
        result={
            "annual_net_export_mwh": net,
            "ef_cm_t_per_mwh": stated.factors.default,
            "ef_cm": stated.factors.default,
            "baseline_emissions_t": baseline_emissions(Fraction(net), stated.factors.default),
            "project_emissions_t": project_t,
            "leakage_t": leakage_t,
            **result.result,
        },
        lines=(*stated.lines, *fuel_lines, *result.lines),
        findings=case.findings.all,
    )


def _outlook(
    case: Case,
    mean: MeanYear,
    period: Period | None,
    years: int | None,
    layout: Layout,
    factors: Factors,
) -> Computed:
    """Annual and total, and by calendar year where the layout has calendar years."""
    method = case.grid_method
    if period is None or years is None:
        tonnes, lines = mean_year(method, mean, factors)
        totals = {} if years is None else {"total_reduction_t": years * tonnes.count}
        return Computed(result={"annual_reduction_t": tonnes.count, **totals}, lines=tuple(lines))
    report = forecast(method.code, mean, period, layout, factors, years=years)
    assert not isinstance(report, Refused), "a method that was found is found again"
    annual = annual_mean(report, years)
    result: dict[str, Value] = {
        "annual_reduction_t": annual,
        "annual_average_t": annual,
        "total_reduction_t": report.reduction.count,
        "crediting_years": years,
        "crediting_days": period.days,
    }
    if layout is Layout.CALENDAR:
        by_year = {str(year): tonnes.count for year, tonnes in report.by_year.items()}
        result["reduction_by_calendar_year_t"] = by_year
    return Computed(result=result, lines=report.lines)


def read_energy(reader: Reader, findings: Findings) -> Decimal:
    """Net electricity of a mean year [MWh], given as such or as export less import."""
    net = reader.number("annual_net_export_mwh", "net_export_mwh", "eg_pj_mwh")
    exported = reader.number("annual_export_mwh", "export_mwh", "eg_export_mwh")
    imported = reader.number("annual_import_mwh", "import_mwh", "eg_import_mwh")
    if exported is None:
        if net is None:
            reader.missing("annual_net_export_mwh")
        if imported is not None:
            reader.missing("annual_export_mwh")
        return net or Decimal(0)
    if imported is None:
        findings.add(
            "import-taken-as-zero",
            "未给出下网电量：事前估算按零计，核算时须有计量数据",
            "no import is given: zero in a forecast, never in a monitored year",
        )
    difference = exported - (imported or Decimal(0))
    if net is not None and net != difference:
        text = f"{net:f} ≠ {exported:f} - {imported or 0}"
        reader.bad(
            "annual_net_export_mwh", f"不等于上网减下网：{text}", f"not export - import: {text}"
        )
    return difference


def read_crediting(reader: Reader, findings: Findings) -> Period | None:
    """The crediting period; None where the case gives no day of it."""
    if reader.given("crediting_start") is None and reader.given("crediting_end") is None:
        return None
    period = reader.period("crediting_start", "crediting_end")
    if period and period.last > last_day_of(period.first, CREDITING_MOST_YEARS):
        findings.add(
            "crediting-too-long",
            f"计入期 {period.first} 至 {period.last} 超过十年",
            f"crediting period {period.first} - {period.last} is longer than ten years",
        )
    return period


def read_years(reader: Reader, period: Period | None, findings: Findings) -> int | None:
    """Crediting years as stated, or as the days say; a difference between the two is a finding."""
    stated = reader.count("crediting_years")
    if stated is not None and not 1 <= stated <= 100:
        reader.bad("crediting_years", "年数超出范围", "not a number of years from 1 to 100")
        return None
    by_days = whole_years(period) if period else None
    if stated is None:
        if period and by_days is None and reader.given("crediting_years") is None:
            reader.bad("crediting_years", "起止日不是整年，须给出年数", "needed: not whole years")
        return by_days
    if period and stated != by_days:
        days = f"{period.first} - {period.last}"
        findings.add(
            "crediting-dates-disagree",
            f"计入期起止日 {days}（{by_days or '非整'} 年）与所述 {stated} 年不符",
            f"crediting days {days} ({by_days or 'not whole'} years) against {stated} years stated",
        )
    return stated


def whole_years(period: Period) -> int | None:
    """How many whole years the period has; None when it does not end on an anniversary."""
    years = period.last.year - period.first.year
    for count in (years, years + 1):
        if count > 0 and last_day_of(period.first, count) == period.last:
            return count
    return None


CALENDAR_WORDS = re.compile(r"calendar|days in|by year|日历年|自然年|逐年")
FLAT_WORDS = re.compile(
    r"\bflat\b|[0-9]+\s*[x×*]\s*(annual|floor|年)|years\s*[x×*]|每年相同|×\s*年数"
)
FLOOR_WORDS = re.compile(r"floor|whole tonne|truncat|round(ed)? down|cut|取整|舍去|截断")
NEAREST_WORDS = re.compile(r"half[ _-]?up|nearest|四舍五入")
UP_WORDS = re.compile(r"ceil|round(ed)? up|向上")


def read_layout(reader: Reader, findings: Findings) -> tuple[Layout, Rounding]:
    """Layout and rounding by the case's own words, or by the factors it gives."""
    words = f"{reader.text('rounding')} {reader.text('layout')}".lower()
    by_year = bool(reader.by_year("ef_cm_by_year", "ef_cm_by_year_t_per_mwh"))
    layout = _layout(words, by_year, reader)
    if UP_WORDS.search(words):
        reader.bad("rounding", "不得向上取整", "a reduction is never rounded up")
    known = FLOOR_WORDS.search(words) or CALENDAR_WORDS.search(words) or FLAT_WORDS.search(words)
    if NEAREST_WORDS.search(words) and not FLOOR_WORDS.search(words):
        findings.add(
            "rounding-not-conservative",
            "案例四舍五入；登记时须向下取整",
            "the case rounds to nearest; registration cuts down",
        )
        return layout, Rounding.NEAREST
    if words.strip() and not known:
        reader.bad("rounding", "无法识别取整方式", "not understood: say floor, flat or calendar")
    return layout, Rounding.FLOOR


def _layout(words: str, by_year: bool, reader: Reader) -> Layout:
    if CALENDAR_WORDS.search(words):
        return Layout.CALENDAR
    if FLAT_WORDS.search(words):
        if by_year:
            reader.bad(
                "ef_cm_by_year", "年数相乘的算法不能用逐年因子", "a flat total has one factor only"
            )
        return Layout.FLAT
    keys = ("ef_cm_by_year", "ef_cm_by_year_t_per_mwh", "ef_cm_default_t_per_mwh")
    return Layout.CALENDAR if any(key in reader.raw for key in keys) else Layout.FLAT


def read_project(reader: Reader, case: Case) -> tuple[Fraction, tuple[Line, ...]]:
    """Project emissions of a year [tCO2]: from the fuels where they are given, else as stated."""
    method, findings = case.grid_method, case.findings
    stated = Fraction(reader.number("project_emissions_t", "pe_t") or 0)
    fuels = read_fuels(reader)
    if not fuels:
        if stated and not method.burns_fuel:
            findings.add(
                "project-emissions-not-in-method",
                "方法学规定项目排放量为零，案例另行扣除",
                "the methodology sets project emissions to zero (6.4); the case deducts some",
            )
        return stated, ()
    if not method.burns_fuel:
        reader.bad("fuels", "本方法学不计燃料排放（6.4）", "this methodology counts no fuel (6.4)")
        return stated, ()
    burnt = [(fuel, Fraction(fuel.amount)) for fuel in fuels]
    computed = method.project_emissions(burnt)
    if stated and abs(stated - computed) > 1:
        text = f"{shown(stated):f} / {shown(computed, up=True):f}"
        reader.bad("project_emissions_t", f"与燃料计算不符：{text}", f"fuels say otherwise: {text}")
    working = Working(method, None)
    lines = tuple(line for fuel, amount in burnt for line in working.fuel(fuel, amount))
    return computed, lines


def read_fuels(reader: Reader) -> list[Fuel]:
    """Every fuel of the case: a list, a table by name, or the four numbers of one fuel."""
    raw = reader.raw.get("fuels")
    loose = {key: reader.raw[key] for key in FUEL_KEYS if key in reader.raw}
    tables: list[tuple[str, Any]] = [("", loose)] if loose else []
    if isinstance(raw, list):
        tables += [("", table) for table in raw]
    elif isinstance(raw, Mapping):
        single = any(str(key).lower() in FUEL_KEYS for key in raw)
        tables += [("", raw)] if single else [(str(name), table) for name, table in raw.items()]
    elif raw is not None:
        reader.bad("fuels", "应为燃料列表", "expected a list of fuels")
    return [_fuel(reader, name, table) for name, table in tables if _is_table(reader, table)]


def _is_table(reader: Reader, table: Any) -> bool:
    if not isinstance(table, Mapping):
        reader.bad("fuels", "每种燃料须给出 FC、NCV、CC、OF", "each fuel needs FC, NCV, CC and OF")
    return isinstance(table, Mapping)


def _fuel(outer: Reader, name: str, table: Mapping[str, Any]) -> Fuel:
    own = Reader(table, FUEL_KEYS)
    ten_thousand = ("fc_10k_nm3", "fc_1e4_nm3", "fc_10e4_nm3")
    per_volume = ("ncv_gj_per_10k_nm3", "ncv_gj_per_1e4_nm3", "ncv_gj_per_10e4_nm3")
    unit = "10^4 Nm3" if own.given(*ten_thousand) else own.text("unit") or "t"
    share = own.number("of", "of_fraction")
    percent = own.number("of_percent")
    if (share is None) == (percent is None):
        own.missing("of")
    oxidised = share if share is not None else (percent or Decimal(0)).scaleb(-2)
    if oxidised > 1:
        own.bad("of", "应为 0 至 1 的小数", "a share between 0 and 1 is needed, as 0.99")
        oxidised = Decimal(1)
    fuel = Fuel(
        year=0,
        name=name or own.text("name") or own.text("fuel") or "fuel",
        amount=own.needed("fc", "fc_t", *ten_thousand),
        unit=unit,
        ncv=own.needed("ncv", "ncv_gj_per_t", *per_volume),
        cc=own.needed("cc", "cc_tc_per_gj"),
        of=oxidised,
    )
    outer.faults += own.faults
    return fuel


def certificate_case(case: Case, reader: Reader) -> Computed:
    """A registered reduction: whole tonnes by calendar year, their sum, days and the five years."""
    period = reader.period("accounting_start", "accounting_end")
    applied = reader.day("application_date")
    if reader.given("reduction_by_calendar_year_t") is None:
        reader.missing("reduction_by_calendar_year_t")
    by_year = reader.by_year("reduction_by_calendar_year_t", whole=True)
    mean = reader.number("expected_annual_t")
    reader.text("rounding")
    reader.finish()
    assert period is not None, "a reader that finished has read the period"
    total = sum(int(tonnes) for tonnes in by_year.values())
    # Without the day of application the earliest possible one is the day after the period.
    filed = applied or period.last + ONE_DAY
    inside = years_before(filed, 5) <= period.first and period.last < filed
    _certificate_findings(case.findings, period, by_year, inside)
    lines = [
        Working(case.grid_method, year).line("ER", Fraction(tonnes), TONNES, "6.6")
        for year, tonnes in sorted(by_year.items())
    ]
    whole = Working(case.grid_method, None)
    note = "" if mean is None else f"设计文件年均 {mean:f}；design document, mean year {mean:f}"
    lines.append(whole.line("ER_total", Fraction(total), TONNES, "6.6", note=note))
    return Computed(
        result={
            "certified_total_t": total,
            "total_reduction_t": total,
            "accounting_days": period.days,
            "within_five_years": inside,
        },
        lines=tuple(lines),
        findings=case.findings.all,
    )


def _certificate_findings(
    findings: Findings, period: Period, by_year: Mapping[int, Decimal], inside: bool
) -> None:
    years = {year for year, _ in period.by_year()}
    if years != set(by_year):
        odd = ", ".join(str(year) for year in sorted(years ^ set(by_year)))
        findings.add(
            "years-disagree-with-period",
            f"分年度数据与核算期不符：{odd}",
            f"the yearly figures and the accounting period disagree on {odd}",
        )
    if not inside:
        findings.add(
            "outside-five-years",
            "部分减排量产生于申请日五年以前，或晚于申请日",
            "part of the reduction arose more than five years before the application, or after it",
        )
    if period.first < FIRST_ELIGIBLE_DAY:
        findings.add(
            "before-eligible-day",
            f"核算期始于 {period.first}，早于 2020-09-23",
            f"the accounting period begins on {period.first}, before 2020-09-23",
        )


def bound_case(case: Case, reader: Reader) -> Computed:
    """What a project could earn at most if it imported and burnt nothing, and what it did earn."""
    stated = read_factors(reader, case.rules, case.findings)
    export = reader.needed("design_export_mwh")
    registered = reader.needed("registered_annual_reduction_t")
    reader.finish()
    ef = stated.factors.default
    exact = baseline_emissions(Fraction(export), ef)
    bound = whole_tonnes(exact).count
    net = Fraction(registered) / Fraction(ef)
    gap = Fraction(export) - net
    if registered < bound:
        case.findings.add(
            "registered-below-bound",
            f"登记值低于上网电量乘因子：差额相当于 {shown(gap):f} MWh 的下网电量或燃料",
            f"registered below export x EF: import or fuel worth {shown(gap):f} MWh was deducted",
        )
    if registered > bound:
        case.findings.add(
            "registered-above-bound",
            f"登记值 {registered:f} 高于上限 {bound}",
            f"registered {registered:f} is above the bound {bound}",
        )
    working = Working(case.grid_method, None)
    lines = (
        *stated.lines,
        working.line("EG_export", Fraction(export), MWH, "6.3"),
        working.baseline(exact),
    )
    result: dict[str, Value] = {
        "upper_bound_t": bound,
        "implied_net_mwh": net,
        "gap_mwh": gap,
        "gap_t": bound - registered,
    }
    return Computed(result=result, lines=lines, findings=case.findings.all)


def quality_case(case: Case, reader: Reader) -> Computed:
    """Does a record agree with itself: its yearly figure, its total, its days, its generation?"""
    findings = case.findings
    annual = reader.count("stated_annual_t")
    total = reader.count("stated_total_t", "total_reduction_t")
    period = read_crediting(reader, findings)
    years = read_years(reader, period, findings)
    _, rounding = read_layout(reader, findings)
    energy = [key for key in reader.raw if key.endswith("_mwh") and not key.startswith("ef_")]
    stated = read_factors(reader, case.rules, findings) if energy else None
    net = read_energy(reader, findings) if energy else None
    if annual is None and total is None:
        reader.missing("stated_annual_t")
    reader.finish()
    result: dict[str, Value] = {}
    lines: list[Line] = []
    if stated is not None and net is not None:
        mean = MeanYear(net_export_mwh=net, rounding=rounding)
        tonnes, working = mean_year(case.grid_method, mean, stated.factors)
        lines = [*stated.lines, *working]
        result["annual_from_formula_t"] = tonnes.count
        if years:
            result["total_from_formula_t"] = tonnes.count * years
    if total is not None and years:
        result["annual_from_total_t"] = result["annual_from_dates_t"] = total // years
    agreed = _agreements(result, annual, total, findings)
    dates = "crediting-dates-disagree" not in {finding.code for finding in findings.all}
    result["consistent"] = agreed and dates
    return Computed(result=result, lines=tuple(lines), findings=findings.all)


def _agreements(
    result: Mapping[str, Value], annual: int | None, total: int | None, findings: Findings
) -> bool:
    """Whether every stated figure agrees with every computed one; each difference is a finding."""
    pairs = [
        ("annual", annual, result.get("annual_from_formula_t")),
        ("total", total, result.get("total_from_formula_t")),
    ]
    if "annual_from_formula_t" not in result:  # the generation says more than the total does
        pairs.append(("annual", annual, result.get("annual_from_total_t")))
    wrong = [(name, said, got) for name, said, got in pairs if None not in (said, got, 0)]
    wrong = [(name, said, got) for name, said, got in wrong if said != got]
    if total is not None and total == annual and wrong:
        findings.add(
            "total-repeats-annual",
            f"合计 {total} 重复了年减排量",
            f"the total {total} repeats the yearly figure",
        )
    for name, said, got in wrong:
        code = f"{name}-disagrees"
        findings.add(code, f"记录为 {said}，应为 {got}", f"{name}: stated {said}, computed {got}")
        if sorted(str(said)) == sorted(str(got)):
            text = f"{said} / {got}"
            findings.add("digits-transposed", f"数字疑似颠倒：{text}", f"same digits: {text}")
    return not wrong


def utc_case(case: Case, reader: Reader) -> Computed:
    """The day in Beijing of an instant the register exports in UTC."""
    text = reader.text("raw")
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]{5,15}(Z|\+00:00)?", text):
        wrong = f"not a date with a time: {text[:40]!r}"
        raise CaseError(
            [Fault(f"inputs.raw：不是带时刻的日期：{text[:40]}", f"inputs.raw: {wrong}")]
        )
    try:
        instant = datetime.fromisoformat(text)
        day = beijing_day(instant.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        raise CaseError([Fault("inputs.raw：日期有误", f"inputs.raw: {error}")]) from None
    shift = day != instant.date()
    if shift:
        case.findings.add(
            "date-is-utc",
            f"导出日期为 UTC：北京日期为 {day}",
            f"the exported date is UTC: the day in Beijing is {day}",
        )
    return Computed(result={"local_date": day.isoformat()}, findings=case.findings.all)


VINTAGE_RULES = {
    "om_data_years": "grid.om_data_years",
    "grids": "grid.names",
    "adjusted_simple_om": "grid.adjusted_simple_om",
}


def vintage_case(case: Case, reader: Reader) -> Computed:
    """Data years and grids of a vintage, as far as the rulebook states them."""
    vintage = reader.year("vintage")
    if vintage is None and not reader.faults:
        reader.missing("vintage")
    reader.finish()
    result: dict[str, Value] = {}
    for name in case.wanted:
        found = _listed(case.rules, VINTAGE_RULES.get(name, ""), vintage)
        if found is None:
            asked = VINTAGE_RULES.get(name, name)
            raise Unsupported(
                f"规则库没有 {vintage} 年度的 {asked}",
                f"the rulebook does not state {asked} for the {vintage} vintage",
            )
        result[name] = found
    return Computed(result=result)


def _listed(rules: RulesInForce | None, rule: str, vintage: int | None) -> list[str] | None:
    if rules is None:
        return None
    for rule_id in (f"{rule}.{vintage}", rule):
        if rule_id in rules.book.rules:
            try:
                return list(rules.names(rule_id).value)
            except RuleGap:
                return None
    return None
