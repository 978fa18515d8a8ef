"""The other kinds of published case: certificates, bounds, records that disagree, dates, vintages.

A case states its inputs, factor included. Where a rulebook is at hand the stated factor is compared
with it, and a difference is a finding, not an answer.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from openccer.kernel.calendar import ONE_DAY, Period, beijing_day, years_before
from openccer.mrv.case_design import read_crediting, read_energy, read_layout, read_years
from openccer.mrv.case_factor import read_factors
from openccer.mrv.case_inputs import CaseError, Fault, Reader
from openccer.mrv.case_model import Case, Computed, Findings, Unsupported, Value
from openccer.mrv.exact import shown, whole_tonnes
from openccer.mrv.forecast import MeanYear, mean_year
from openccer.mrv.methodologies.grid_electricity import baseline_emissions
from openccer.mrv.model import Line
from openccer.mrv.working import FACTOR, MWH, TONNES, Working
from openccer.rulebook.model import RuleGap, RulesInForce

# Measures, article 17: at most so many years before the application, and after this day. Only for
# cases that run without a rulebook; where there is one, its rules say both.
YEARS_WITHOUT_BOOK, AFTER_WITHOUT_BOOK = 5, date(2020, 9, 22)


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
    years, after = _age_limits(case.rules)
    inside = years_before(filed, years) <= period.first and period.last < filed
    _certificate_findings(case.findings, period, by_year, inside, after)
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


def _age_limits(rules: RulesInForce | None) -> tuple[int, date]:
    """How many years back a claim may reach, and the day after which reductions count."""
    if rules is None:
        return YEARS_WITHOUT_BOOK, AFTER_WITHOUT_BOOK
    try:
        years = rules.count("reduction.max_age_at_application").value
        return years, rules.day_of("reduction.generated_after").value
    except RuleGap as gap:
        zh = f"规则库在 {gap.day} 没有规则 {gap.rule}"
        raise Unsupported(zh, f"the rulebook: {gap}") from None


def _certificate_findings(
    findings: Findings, period: Period, by_year: Mapping[int, Decimal], inside: bool, after: date
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
    if period.first <= after:
        eligible = after + ONE_DAY
        findings.add(
            "before-eligible-day",
            f"核算期始于 {period.first}，早于 {eligible}",
            f"the accounting period begins on {period.first}, before {eligible}",
        )


def bound_case(case: Case, reader: Reader) -> Computed:
    """What a project could earn at most if it imported and burnt nothing, and what it did earn."""
    stated = read_factors(reader, case.rules, case.findings)
    export = reader.needed("design_export_mwh", "annual_export_mwh", "export_mwh")
    registered = reader.number("registered_annual_reduction_t")
    reader.finish()
    ef = stated.factors.default
    exact = baseline_emissions(Fraction(export), ef)
    bound = whole_tonnes(exact).count
    result: dict[str, Value] = {"upper_bound_t": bound}
    if registered is not None:
        net = Fraction(registered) / Fraction(ef)
        gap = Fraction(export) - net
        result |= {"implied_net_mwh": net, "gap_mwh": gap, "gap_t": bound - registered}
        _bound_findings(case.findings, registered, bound, gap)
    working = Working(case.grid_method, None)
    lines = (
        working.line("EG_export", Fraction(export), MWH, "6.3"),
        working.line("EF_CM", Fraction(ef), FACTOR, "6.3", rules=stated.factors.rules),
        working.baseline(exact),
    )
    return Computed(result=result, lines=lines, findings=case.findings.all)


def _bound_findings(findings: Findings, registered: Decimal, bound: int, gap_mwh: Fraction) -> None:
    worth = f"{shown(gap_mwh):f} MWh"
    if registered < bound:
        findings.add(
            "registered-below-bound",
            f"登记值低于上网电量乘因子：差额相当于 {worth} 的下网电量或燃料",
            f"registered below export x EF: import or fuel worth {worth} was deducted",
        )
    if registered > bound:
        findings.add(
            "registered-above-bound",
            f"登记值 {registered:f} 高于上限 {bound}",
            f"registered {registered:f} is above the bound {bound}",
        )


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
        lines = [*working]
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
