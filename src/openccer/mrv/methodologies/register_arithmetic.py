"""What the public register prints, worked again: means, days, hectares, and whether they agree.

These are no equations of any methodology. A sheet of a method whose text was not read takes them in
(`symbols=(..., *register.SYMBOLS)`, `equations=(..., *register.EQUATIONS)`), so that its published
records can be checked although its own equations cannot.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from operator import mul
from typing import Any

from openccer.kernel.calendar import Period, years_before
from openccer.kernel.outcome import HouseRule
from openccer.mrv.exact import floor_of
from openccer.mrv.sheet import Disagreement, Equation, Symbol, Value, numbers_in
from openccer.rulebook.model import Title

CITES = (HouseRule("arithmetic of the public register, no equation of a methodology"),)
MU_PER_HA = 15
CARBON = Fraction(12, 44)  # tC in a tonne of CO2
PUBLISHED_HA = Fraction(1, 100)  # the register prints areas to 0.01 ha
HALF = Fraction(1, 2)


DOWN = ("floor", "round down", "truncat", "向下")
NEAREST = ("nearest", "half up", "四舍五入")
UNCUT = ("none", "exact", "unrounded", "no", "不取整")


def rounded(value: Fraction, word: str) -> Fraction:
    """The value cut by the words a case states: floor, nearest (half_up), ceil, none.

    Halves go up, as the register prints them. Disagreement for words that say none of these or two.
    """
    text = word.strip().lower().replace("-", " ").replace("_", " ")
    down, near = (any(one in text for one in words) for words in (DOWN, NEAREST))
    if down and not near:
        return Fraction(floor_of(value))
    if near and not down:
        return Fraction(floor_of(value + HALF))
    if text.startswith("ceil"):
        return Fraction(-floor_of(-value))
    if text in UNCUT:
        return value
    raise Disagreement(f"rounding: {word[:40]!r} is none of floor, nearest, half_up, ceil, none")


def whole_years(first: date | None, last: date | None) -> int:
    """The whole years from one day to another, both counted; 0 where they are not whole."""
    if first is None or last is None or last < first:
        return 0
    after = last + timedelta(days=1)
    years = after.year - first.year
    return years if years > 0 and years_before(after, years) == first else 0


def sum_of(value: Value) -> Fraction:
    """A number as it is; a column or a table summed."""
    return sum(numbers_in(value), Fraction(0))


def mean(total: Value, years: Fraction, word: str = "floor") -> Fraction:
    """t a year: the total over the years, cut as the record cuts it (floor where it is silent)."""
    return rounded(sum_of(total) / years, word)


def years_of(first: date, last: date) -> Fraction:
    """Years of a period of whole years, both end days counted."""
    return Fraction(whole_years(first, last))


def days_of(first: date, last: date) -> Fraction:
    """Days of a period, both end days counted. Disagreement where it ends before it begins."""
    if last < first:
        raise Disagreement(f"the period ends on {last}, before it begins on {first}")
    return Fraction((last - first).days + 1)


def days_of_year(first: date, last: date, *, of_last: bool) -> Fraction:
    """Days of the period in its first or in its last calendar year."""
    days_of(first, last)
    parts = list(Period(first, last).by_year())
    return Fraction(parts[-1 if of_last else 0][1].days)


def days_lost(crediting_start: date, period_start: date) -> Fraction:
    """Days of crediting before the period: they earn nothing, as no report covers them."""
    return Fraction(max(0, (period_start - crediting_start).days))


def within_five_years(filed: date, period_start: date) -> bool:
    """Does the period begin no earlier than five years before the application? (Measures, 17)"""
    return years_before(filed, 5) <= period_start


def within_five_years_at_best(period_end: date, period_start: date) -> bool:
    """The same where no application is dated: the earliest is the day after the period."""
    return within_five_years(period_end + timedelta(days=1), period_start)


def annualised(total: Value, days: Fraction, days_per_year: Fraction, word: str) -> Fraction:
    """t a year: the reduction of a period of days, brought to a year of so many days."""
    return rounded(sum_of(total) * days_per_year / days, word)


def hectares(mu: Value) -> Fraction:
    """ha = mu / 15."""
    return sum_of(mu) / MU_PER_HA


def mean_by_dates(total: Value, first: date, last: date) -> Fraction:
    """t a year: the total over the whole years the crediting days make, cut down."""
    return mean(total, years_of(first, last))


def per_ha_year(total: Value, years: Fraction, area_ha: Value) -> Fraction:
    """t/(ha a): the total over years and hectares, not rounded."""
    return sum_of(total) / years / sum_of(area_ha)


def per_ha(tonnes: Value, area_ha: Value) -> Fraction:
    """t/ha of one year: the year's tonnes over the hectares, not rounded."""
    return sum_of(tonnes) / sum_of(area_ha)


def as_carbon(co2: Fraction) -> Fraction:
    """tC = tCO2 x 12/44."""
    return co2 * CARBON


def mean_stated_rightly(stated: Fraction, total: Value, years: Fraction) -> bool:
    """Is the stated mean year the total over the years, cut down or to the nearest tonne?"""
    return stated in (mean(total, years), mean(total, years, "nearest"))


def mean_and_dates_agree(
    stated: Fraction, total: Value, years: Fraction, first: date, last: date
) -> bool:
    """Is the mean year right, and do the days of the crediting period make the stated years?"""
    return mean_stated_rightly(stated, total, years) and dates_agree(first, last, years)


def dates_agree(first: date, last: date, years: Fraction) -> bool:
    """Do the days of the crediting period, both counted, make the stated years?"""
    return whole_years(first, last) == years


def area_agrees(mu: Value, stated_ha: Value) -> bool:
    """Is the stated area in hectares the area in mu over 15, to the 0.01 ha that is printed?"""
    return abs(hectares(mu) - sum_of(stated_ha)) <= PUBLISHED_HA


def plots_agree(mu: Value, plots_mu: Value) -> bool:
    """Do the listed plots add up to the stated mu?"""
    return sum_of(mu) == sum_of(plots_mu)


def all_areas_agree(mu: Value, stated_ha: Value, plots_mu: Value) -> bool:
    """Do mu, hectares and listed plots all state one area?"""
    return area_agrees(mu, stated_ha) and plots_agree(mu, plots_mu)


def scaled_by_area(total: Fraction, old_ha: Fraction, new_ha: Fraction) -> Fraction:
    """t: the total of the larger area brought to the smaller; a test of sense, not a rule."""
    return total * new_ha / old_ha


def cut_pct(before: Fraction, after: Fraction) -> Fraction:
    """%: by how much a second version of a record cut the total of the first."""
    return (before - after) / before * 100


def mean_is_no_year(by_year: Value, flat: Fraction) -> bool:
    """Would the flat mean be wrong in some year? Growth is not flat: it never stands for a year."""
    return any(tonnes != flat for tonnes in numbers_in(by_year))


def symbol(name: str, zh: str, en: str, unit: str, *aliases: str, **bounds: Any) -> Symbol:
    """A symbol in one line; `least` and `most` as they are in Symbol."""
    return Symbol(id=name, title=Title(zh, en), unit=unit, aliases=aliases, **bounds)


def equation(
    number: str,
    gives: str,
    takes: str,
    compute: Callable[..., Value],
    *,
    unless: str = "",
    dated: bool = False,
) -> Equation:
    """One equation of the register.

    unless  not used where anything of this is known
    dated   used only where the crediting days make whole years
    """

    def when(known: Mapping[str, Any]) -> bool:
        barred = any(name in known for name in unless.split())
        days = (known.get("crediting_start"), known.get("crediting_end"))
        return not barred and (not dated or whole_years(*days) > 0)

    return Equation(
        number=number,
        gives=gives,
        takes=tuple(takes.split()),
        compute=compute,
        cites=CITES,
        when=when,
    )


SYMBOLS: tuple[Symbol, ...] = (
    symbol("rounding", "取整方式", "rounding", "text"),
    symbol(
        "total_reduction_t",
        "计入期总减排量",
        "total of the crediting period",
        "tCO2e",
        *("total_t", "stated_total_t", "certified_total_t", "total_tco2e", "total_removal_t"),
    ),
    symbol("crediting_years", "计入期年数", "crediting years", "a", "years", "duration_years"),
    symbol("crediting_start", "计入期开始", "first crediting day", "day", "crediting_first_day"),
    symbol("crediting_end", "计入期结束", "last crediting day", "day", "crediting_last_day"),
    symbol("years_from_dates", "按日期计入期年数", "years by the crediting days", "a"),
    symbol(
        "total_from_annual_t",
        "年均值乘年数",
        "stated mean year x years",
        "tCO2e",
        "total_from_formula_t",
    ),
    symbol("crediting_days", "计入期天数", "days of the crediting period", "d"),
    symbol("stated_annual_t", "所载年均减排量", "stated mean year", "tCO2e/a"),
    symbol(
        "annual_average_t",
        "年均减排量",
        "reduction of a mean year",
        "tCO2e/a",
        *("annual_reduction_t", "average_annual_t", "annual_mean_t", "annual_from_total_t"),
    ),
    symbol("annual_from_dates_t", "按日期年均减排量", "mean year by the crediting days", "tCO2e/a"),
    symbol("annual_floor", "年均减排量（向下取整）", "mean year, cut down", "tCO2e/a"),
    symbol("consistent", "记录自相一致", "the record agrees with itself", "check"),
    symbol("area_mu", "面积（亩）", "area in mu", "mu", "mu", "stated_area_mu"),
    symbol("area_ha_parts", "分块面积", "area of each part", "ha", "parts_ha", "block_ha"),
    symbol("area_ha", "面积", "area", "ha", "ha", "area_ha_from_mu", "hectares", "total_area_ha"),
    symbol("stated_area_ha", "所载面积", "stated area", "ha"),
    symbol("plot_mu", "小班面积（亩）", "area of each listed plot", "mu", "plots_mu"),
    symbol("plot_sum_mu", "小班面积合计", "listed plots together", "mu"),
    symbol("area_consistent", "面积自相一致", "the areas agree", "check"),
    symbol("t_per_ha_year", "单位面积年减排量", "t per hectare and year", "tCO2e/(ha a)"),
    symbol("tC_per_ha_year", "单位面积年碳增量", "carbon per hectare and year", "tC/(ha a)"),
    symbol("year_t", "单年减排量", "reduction of one year", "tCO2e"),
    symbol("t_per_ha", "单年单位面积减排量", "t per hectare in one year", "tCO2e/ha"),
    symbol("tC_per_ha_net", "单年单位面积净碳增量", "carbon per hectare in one year", "tC/ha"),
    symbol(
        "annual_t",
        "分年度减排量",
        "reduction by calendar year",
        "tCO2e",
        *("reduction_by_calendar_year_t", "by_year_t", "yearly_t"),
    ),
    symbol("period_start", "核算期开始", "first day accounted", "day", "accounting_start"),
    symbol("period_end", "核算期结束", "last day accounted", "day", "accounting_end"),
    symbol("notice_created", "申请日", "day of the application", "day", "application_date"),
    symbol("period_days", "核算期天数", "days accounted", "d", "accounting_days"),
    symbol("first_year_days", "首年天数", "days in the first calendar year", "d"),
    symbol("last_year_days", "末年天数", "days in the last calendar year", "d"),
    symbol(
        "uncredited_days_before_period", "核算期前未计天数", "crediting days before the period", "d"
    ),
    symbol(
        "period_start_not_before_five_years_back",
        "核算期在申请日五年之内",
        "the period lies within five years",
        "check",
        "within_five_years",
    ),
    symbol("pdd_total_t", "设计文件总量", "total of the design document", "tCO2e"),
    symbol("pdd_years", "设计文件年数", "years of the design document", "a"),
    symbol(
        "pdd_flat_average_t",
        "设计文件年均",
        "mean year of the design document",
        "tCO2e/a",
        "expected_annual_t",
    ),
    symbol(
        "pdd_average_used_as_year_value_is_wrong",
        "年均值不可代替各年数值",
        "the flat mean stands for no year",
        "yes/no",
    ),
    symbol("period_reduction_t", "核算期减排量", "reduction of the period", "tCO2e"),
    symbol("days_per_year", "每年天数", "days of a year", "d/a"),
    symbol("version1_total_t", "第一版总量", "total, first version", "tCO2e"),
    symbol("version2_total_t", "第二版总量", "total, second version", "tCO2e"),
    symbol("v1_annual", "第一版年均", "mean year, first version", "tCO2e/a"),
    symbol("v2_annual", "第二版年均", "mean year, second version", "tCO2e/a"),
    symbol("cut_pct", "核减比例", "cut between versions", "%", least=None),
    symbol("old_area_ha", "原面积", "area before", "ha"),
    symbol("old_total_t", "原总量", "total before", "tCO2e"),
    symbol("new_area_ha", "新面积", "area after", "ha"),
    symbol("new_total_t", "按面积折算的总量", "total scaled by area", "tCO2e"),
)

EQUATIONS: tuple[Equation, ...] = (
    equation("R1", "total_reduction_t", "annual_t", sum_of),
    equation("R2", "crediting_years", "crediting_start crediting_end", years_of, dated=True),
    equation("R2", "years_from_dates", "crediting_start crediting_end", years_of, dated=True),
    equation("R23", "total_from_annual_t", "stated_annual_t crediting_years", mul),
    equation("R3", "crediting_days", "crediting_start crediting_end", days_of),
    equation("R4", "annual_average_t", "total_reduction_t crediting_years rounding", mean),
    equation(
        "R4", "annual_average_t", "total_reduction_t crediting_years", mean, unless="rounding"
    ),
    equation(
        "R5",
        "annual_average_t",
        "period_reduction_t period_days days_per_year rounding",
        annualised,
    ),
    equation("R6", "annual_floor", "total_reduction_t crediting_years", mean),
    equation(
        "R7",
        "annual_from_dates_t",
        "total_reduction_t crediting_start crediting_end",
        mean_by_dates,
        dated=True,
    ),
    equation(
        "R8",
        "consistent",
        "stated_annual_t total_reduction_t crediting_years crediting_start crediting_end",
        mean_and_dates_agree,
    ),
    equation(
        "R8",
        "consistent",
        "stated_annual_t total_reduction_t crediting_years",
        mean_stated_rightly,
        unless="crediting_start crediting_end",
    ),
    equation(
        "R9",
        "consistent",
        "crediting_start crediting_end crediting_years",
        dates_agree,
        unless="stated_annual_t",
    ),
    equation("R10", "area_ha", "area_mu", hectares),
    equation("R11", "area_ha", "area_ha_parts", sum_of),
    equation("R12", "plot_sum_mu", "plot_mu", sum_of),
    equation("R13", "area_consistent", "area_mu stated_area_ha plot_mu", all_areas_agree),
    equation("R13", "area_consistent", "area_mu stated_area_ha", area_agrees, unless="plot_mu"),
    equation("R13", "area_consistent", "area_mu plot_mu", plots_agree, unless="stated_area_ha"),
    equation("R14", "t_per_ha_year", "total_reduction_t crediting_years area_ha", per_ha_year),
    equation("R15", "tC_per_ha_year", "t_per_ha_year", as_carbon),
    equation("R16", "t_per_ha", "year_t area_ha", per_ha),
    equation("R15", "tC_per_ha_net", "t_per_ha", as_carbon),
    equation("R17", "period_days", "period_start period_end", days_of),
    equation(
        "R17", "first_year_days", "period_start period_end", partial(days_of_year, of_last=False)
    ),
    equation(
        "R17", "last_year_days", "period_start period_end", partial(days_of_year, of_last=True)
    ),
    equation("R18", "uncredited_days_before_period", "crediting_start period_start", days_lost),
    equation(
        "R19",
        "period_start_not_before_five_years_back",
        "notice_created period_start",
        within_five_years,
    ),
    equation(
        "R19",
        "period_start_not_before_five_years_back",
        "period_end period_start",
        within_five_years_at_best,
        unless="notice_created",
    ),
    equation("R4", "pdd_flat_average_t", "pdd_total_t pdd_years rounding", mean),
    equation("R4", "pdd_flat_average_t", "pdd_total_t pdd_years", mean, unless="rounding"),
    equation(
        "R20",
        "pdd_average_used_as_year_value_is_wrong",
        "annual_t pdd_flat_average_t",
        mean_is_no_year,
    ),
    equation("R6", "v1_annual", "version1_total_t crediting_years", mean),
    equation("R6", "v2_annual", "version2_total_t crediting_years", mean),
    equation("R21", "cut_pct", "version1_total_t version2_total_t", cut_pct),
    equation("R22", "new_total_t", "old_total_t old_area_ha new_area_ha", scaled_by_area),
)
