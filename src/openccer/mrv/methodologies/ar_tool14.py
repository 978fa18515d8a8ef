"""AR-TOOL14: carbon stocks and change of trees and shrubs in CDM afforestation, an analogue.

The equations as a public code library prints them. That code divides the biomass by C twice and
reads a variable it never sets, so that its discount never acts: neither is copied here.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from openccer.mrv.allometry import CO2_PER_C, HIGHEST_STOCK_TC_HA
from openccer.mrv.exact import shown
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies.ar_cm_symbols import REGISTER_SYMBOLS
from openccer.mrv.methodologies.plot_statistics import (
    degrees,
    mean_of_plots,
    number_of_plots,
    standard_error,
    t_value,
    uncertainty,
    variance_of_plots,
    variance_of_sums,
    weighted_mean,
    weights,
)
from openccer.mrv.methodologies.terms import AS_PUBLISHED, each, summed, symbol, whole
from openccer.mrv.sheet import (
    Disagreement,
    Equation,
    Known,
    Parameter,
    Sheet,
    Standing,
    Symbol,
    Value,
)
from openccer.mrv.tables.load import shipped_biomass
from openccer.rulebook.model import Title

CLASSES = ((10, 0), (15, 25), (20, 50), (30, 75))  # up to an error of %: share of it in %


def biomass(area_ha: Value, per_ha: Value) -> Any:
    """B = A x b [t d.m.], stratum by stratum; A [ha], b [t d.m./ha]."""
    return each(lambda area, mean: area * mean, area_ha, per_ha)


def carbon(biomass_t: Value, cf: Value) -> Any:
    """tC = CF x B."""
    return each(lambda b, c: b * c, biomass_t, cf)


def stock(biomass_t: Value, cf: Value) -> Any:
    """C = 44/12 x CF x B [tCO2]."""
    return each(lambda b, c: CO2_PER_C * c * b, biomass_t, cf)


def shrubs(bdr: Fraction, forest: Fraction, r: Fraction, cover: Value) -> Any:
    """b_shrub = BDR_SF x b_forest x (1 + R_s) x cover [t d.m./ha].

    bdr      BDR_SF     shrub to forest biomass at full cover   [1]
    forest   b_forest   above-ground biomass of forest there    [t d.m./ha]
    r        R_s        roots to shoot of shrubs                [1]
    cover               crown cover of shrubs                   [1]
    """
    return each(lambda share: bdr * forest * (1 + r) * share, cover)


# --- discount ---------------------------------------------------------------------------------


def as_percent(u: Fraction) -> Fraction:
    """U [%]."""
    return u * 100


def discount_share(percent: Fraction) -> Fraction:
    """The share of U that is taken off [%], by the class of U [%]: 0, 25, 50, 75, above 30 all."""
    for up_to, share in CLASSES:
        if percent <= up_to:
            return Fraction(share)
    return Fraction(100)


def share_of(u_pct: Value) -> Any:
    """The share of each U [%]."""
    return each(discount_share, u_pct)


def discount(share_pct: Value, u_pct: Value) -> Any:
    """Discount = share x U [%]."""
    return each(lambda share, u: share * u / 100, share_pct, u_pct)


def for_project(value: Fraction, discount_pct: Fraction) -> Fraction:
    """The conservative value of the project: less its discount; a loss grows."""
    return value - abs(value) * discount_pct / 100


def for_baseline(value: Fraction, discount_pct: Fraction) -> Fraction:
    """The conservative value of the baseline: more by its discount."""
    return value + abs(value) * discount_pct / 100


def change(before: Value, after: Value) -> Fraction:
    """dC = sum of C_t2 - C_t1 [tCO2]."""
    return summed(each(lambda early, late: late - early, before, after))


def yearly(total: Fraction, years: Fraction) -> Fraction:
    """dC over the years between [tCO2/a]."""
    if years <= 0:
        raise Disagreement(f"{shown(years):f} years between: a change needs two different days")
    return total / years


def _equation(
    number: str,
    gives: str,
    takes: str,
    compute: Callable[..., Value],
    known: Known = Known.READ,
    unless: str = "",
) -> Equation:
    barred = tuple(unless.split())

    def when(values: Mapping[str, Value]) -> bool:
        return not any(name in values for name in barred)

    return Equation(
        number=number,
        gives=gives,
        takes=tuple(takes.split()),
        compute=compute,
        cites=(AS_PUBLISHED,),
        known=known,
        when=when,
    )


HA = "t d.m./ha"
SYMBOLS: tuple[Symbol, ...] = (
    symbol(
        *("b_ha", "单位面积生物量", "Biomass of a hectare", HA, "biomass_t_per_ha", "biomass_t_ha"),
        *("b_i", "mean_biomass_t_per_ha", "mean_biomass_t_ha", "stratum_mean_t_ha"),
    ),
    symbol("CF", "含碳率", "Carbon fraction", "tC/t d.m.", "carbon_fraction", "cf_tree"),
    symbol("biomass_t", "生物量", "Biomass", "t d.m.", "b_t", "tree_biomass_t"),
    symbol("biomass_sum_t", "生物量合计", "Biomass together", "t d.m.", "total_biomass_t"),
    symbol("carbon_stock_tc", "碳储量（碳）", "Carbon", "tC", "carbon_t", "carbon_tc", "tc"),
    symbol("carbon_stock_tco2", "碳储量", "Stock", "tCO2", "co2_t", "stock_tco2", "c_tree_tco2"),
    symbol(
        *("stock_sum_tco2", "碳储量合计", "Stock together", "tCO2"),
        *("total_carbon_stock_tco2", "total_stock_tco2"),
    ),
    symbol("b_forest", "当地森林地上生物量", "Forest biomass there", HA, "b_forest_t_ha"),
    symbol("BDR_SF", "灌木与森林生物量比", "Shrub to forest biomass", "1", "bdr"),
    symbol("R_s", "灌木根茎比", "Roots to shoot of shrubs", "1", "r_shrub", "rs"),
    symbol("CF_s", "灌木含碳率", "Carbon of shrubs", "tC/t d.m.", "cf_shrub"),
    symbol("cover", "灌木盖度", "Cover of shrubs", "1", "crown_cover", "cc_shrub", "shrub_cover"),
    symbol("b_shrub", "灌木生物量", "Biomass of shrubs", HA, "b_shrub_t_ha", "shrub_biomass_t_ha"),
    symbol(
        *("plots", "各样地生物量", "Biomass of each plot", HA, "plot_biomass", "plot_biomass_t_ha"),
        *("plots_t_ha", "plot_biomass_t_per_ha", "b_plots", "plot_values"),
    ),
    symbol("n", "样地数", "Plots", "1", "n_plots", "plots_n", "number_of_plots", "n_i"),
    symbol("sum_b", "样地合计", "Sum of the plots", HA, "sum_biomass"),
    symbol("sum_b2", "样地平方和", "Sum of squares", "(t d.m./ha)2", "sum_b_squared", "sum_sq"),
    symbol("s2", "样地方差", "Variance of plots", "(t d.m./ha)2", "variance", "s2_i", "var"),
    symbol("w", "面积权重", "Share of the area", "1", "weight", "weights", "w_i"),
    symbol("b", "分层平均生物量", "Stratified mean", HA, "b_mean", "mean_t_ha", "b_tree", "mean_b"),
    symbol("df", "自由度", "Degrees of freedom", "1", "degrees_of_freedom"),
    symbol("t_val", "t 值", "t of 90 %", "1", "t", "t_value", "tval", "t_90"),
    symbol("se", "标准误", "Standard error", HA, "standard_error", "se_t_ha"),
    symbol("U", "不确定性", "Uncertainty", "1", "u_fraction", "uncertainty", "relative_error"),
    symbol(
        "U_pct", "不确定性（%）", "Uncertainty in per cent", "%", "uncertainty_pct", "u_percent"
    ),
    symbol("share_pct", "扣减占比", "Share taken off", "%", "discount_share_pct", "class_pct"),
    symbol("share", "扣减占比（小数）", "Share taken off, as a fraction", "1", "discount_share"),
    symbol("discount_pct", "扣减率", "Discount", "%", "dr_pct", "deduction_pct"),
    symbol(
        *("b_project", "项目保守值", "Conservative, project", HA, "b_adjusted", "conservative_b"),
        *("b_discounted", "b_conservative_t_ha", "project_b_t_ha"),
    ),
    symbol("b_baseline", "基准线保守值", "Conservative, baseline", HA, "baseline_b_t_ha"),
    symbol("discount_t_ha", "扣减量", "Discount of a hectare", HA, "b_discount"),
    symbol("C_t1", "期初碳储量", "Stock at t1", "tCO2", "c_t1_tco2", "c1_tco2", "stock_t1_tco2"),
    symbol("C_t2", "期末碳储量", "Stock at t2", "tCO2", "c_t2_tco2", "c2_tco2", "stock_t2_tco2"),
    symbol(
        *("change_t", "碳储量变化量", "Change of stock", "tCO2", "dc_tco2", "delta_c_t", "dc_t"),
        least=None,
    ),
    symbol("interval", "间隔年数", "Years between", "a", "interval_years", "years_between"),
    symbol("annual_change_t", "年变化量", "Yearly change", "tCO2/a", "dc_per_year_t", least=None),
    symbol(
        "adjusted_t", "扣减后变化量", "Conservative change", "tCO2", "dc_adjusted_t", least=None
    ),
    symbol("credited_t", "整吨", "Whole tonnes", "tCO2"),
)
MOST = {
    "CF": Fraction(1),
    "CF_s": Fraction(1),
    "cover": Fraction(1),
    "w": Fraction(1),
    "b_ha": HIGHEST_STOCK_TC_HA / Fraction("0.47"),
}
EQUATIONS: tuple[Equation, ...] = (
    _equation("plots", "b_ha", "plots", mean_of_plots),
    _equation("plots", "n", "plots", number_of_plots),
    _equation("variance", "s2", "plots", variance_of_plots),
    _equation("variance", "s2", "n sum_b sum_b2", variance_of_sums),
    _equation("mean", "b_ha", "n sum_b", lambda n, b: each(lambda c, s: s / c, n, b)),
    _equation("shrub", "b_shrub", "BDR_SF b_forest R_s cover", shrubs),
    _equation("stock", "biomass_t", "area_ha b_ha", biomass),
    _equation("stock", "carbon_stock_tc", "biomass_t CF", carbon),
    _equation("stock", "carbon_stock_tco2", "biomass_t CF", stock),
    _equation("stock", "biomass_t", "area_ha b_shrub", biomass, unless="b_ha plots"),
    _equation("stock", "carbon_stock_tc", "biomass_t CF_s", carbon, unless="CF b_ha plots"),
    _equation("stock", "carbon_stock_tco2", "biomass_t CF_s", stock, unless="CF b_ha plots"),
    _equation("stock", "biomass_sum_t", "biomass_t", summed),
    _equation("stock", "stock_sum_tco2", "carbon_stock_tco2", summed),
    _equation("mean", "w", "area_ha", weights),
    _equation("mean", "b", "w b_ha", weighted_mean),
    _equation("mean", "b", "b_ha", lambda mean: mean, unless="area_ha w"),
    _equation("mean", "w", "b_ha", lambda mean: Fraction(1), unless="area_ha"),
    _equation("mean", "w", "b", lambda mean: Fraction(1), unless="area_ha b_ha plots"),
    # The tool asks Student's t; the code it was read in writes 1.645 for every sample.
    _equation("t", "df", "n", degrees, Known.OWN),
    _equation("t", "t_val", "df", t_value, Known.OWN),
    _equation("U", "se", "w s2 n", standard_error),
    _equation("U", "U", "t_val se b", uncertainty),
    _equation("U", "U_pct", "U", lambda u: each(as_percent, u)),
    _equation("U", "U", "U_pct", lambda u: each(lambda one: one / 100, u)),
    _equation("discount", "share_pct", "U_pct", share_of),
    _equation("discount", "share", "share_pct", lambda one: each(lambda x: x / 100, one)),
    _equation("discount", "discount_pct", "share_pct U_pct", discount),
    _equation("discount", "b_project", "b discount_pct", for_project),
    _equation("discount", "b_baseline", "b discount_pct", for_baseline),
    _equation("discount", "discount_t_ha", "b discount_pct", lambda b, d: abs(b) * d / 100),
    _equation("change", "interval", "crediting_years C_t1", lambda years, _: years),
    _equation("change", "change_t", "C_t1 C_t2", change),
    _equation("change", "annual_change_t", "change_t interval", yearly),
    _equation("change", "adjusted_t", "change_t discount_pct", for_project),
    _equation("change", "credited_t", "adjusted_t", whole),
)


def _shipped(key: str, symbol_id: str) -> Parameter:
    found = shipped_biomass().constants[key]
    return Parameter(symbol=symbol_id, value=found.value, known=found.known, source=found.source)


SHEET = Sheet(
    code="AR-TOOL14",
    title=Title(
        "清洁发展机制造林：林木与灌木碳储量", "CDM afforestation: stocks of trees and shrubs"
    ),
    standing=Standing.ANALOGUE,
    source="AR-TOOL14 as hashgraph/guardian's methodology library prints it",
    missing=None,
    names=("TOOL14", "AR-TOOL-14", "AR TOOL14", "CDM AR-TOOL14", "AR-AM", "AR-AMS", "AR-ACM"),
    symbols=(
        *(replace(one, most=MOST.get(one.id, one.most)) for one in SYMBOLS),
        *REGISTER_SYMBOLS,
    ),
    parameters=(
        _shipped("CF_tree", "CF"),
        _shipped("CF_shrub_tool14", "CF_s"),
        _shipped("R_shrub_tool14", "R_s"),
        _shipped("BDR_SF", "BDR_SF"),
    ),
    equations=(*EQUATIONS, *register.EQUATIONS),
)
