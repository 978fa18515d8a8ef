"""Cases of design documents: expected reductions of the crediting period, in either layout."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from openccer.kernel.calendar import Period
from openccer.kernel.outcome import Refused
from openccer.mrv.case_factor import read_factors
from openccer.mrv.case_inputs import FUEL_KEYS, Reader
from openccer.mrv.case_model import Case, Computed, Findings, Value
from openccer.mrv.exact import shown
from openccer.mrv.forecast import (
    Factors,
    Layout,
    MeanYear,
    Rounding,
    annual_mean,
    forecast,
    mean_year,
)
from openccer.mrv.methodologies.grid_electricity import Fuel, baseline_emissions, last_day_of
from openccer.mrv.model import Line
from openccer.mrv.working import Working

CREDITING_MOST_YEARS = 10  # CCER-01-001-V01 and CCER-01-002-V01, section 5.2.2
GROSS = re.compile(r"input\s+is\s+(the\s+)?gross|输入(值)?(为|是)(毛|总)发电量", re.IGNORECASE)


def forecast_case(case: Case, reader: Reader) -> Computed:
    """A design document: yearly reduction and total of the crediting period, in its layout."""
    stated = read_factors(reader, case.rules, case.findings)
    net = read_energy(reader, case.findings)
    period = read_crediting(reader, case.findings)
    years = read_years(reader, period, case.findings)
    layout, rounding = read_layout(reader, case.findings)
    if layout is Layout.CALENDAR and reader.given("crediting_start") is None:
        reader.missing("crediting_start")
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
        lines=(*fuel_lines, *result.lines),
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


NET_KEYS = ("annual_net_export_mwh", "net_export_mwh", "eg_pj_mwh")
EXPORT_KEYS = ("annual_export_mwh", "export_mwh", "eg_export_mwh")


def read_energy(reader: Reader, findings: Findings) -> Decimal:
    """Net electricity of a mean year [MWh], given as such or as export less import."""
    net = reader.number(*NET_KEYS)
    exported = reader.number(*EXPORT_KEYS)
    imported = reader.number("annual_import_mwh", "import_mwh", "eg_import_mwh")
    if exported is None:
        given = (*NET_KEYS, *EXPORT_KEYS)
        if not any(key in reader.raw for key in given):
            reader.missing(NET_KEYS[0])
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
FLOOR_WORDS = re.compile(
    r"floor|whole tonne|truncat|round down|rounded down|cut down|取整|舍去|截断"
)
NEAREST_WORDS = re.compile(r"half[ _-]?up|nearest|四舍五入")
UP_WORDS = re.compile(r"ceil|round up|rounded up|向上")


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
