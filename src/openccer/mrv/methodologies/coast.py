"""What mangrove, salt marsh and seagrass share: carbon of plants and soil, methane by salinity.

M1 to M4 are our reading of how such methods are built; none of the three official texts was read.
Everything is worked over the period, so that a period cut in two earns nothing more.
"""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from openccer.kernel.calendar import Period, days_in_year
from openccer.mrv.exact import ceil_of, shown
from openccer.mrv.methodologies.register_arithmetic import (
    CARBON,
    days_of,
    rounded,
    sum_of,
    symbol,
)
from openccer.mrv.methodologies.terms import BY_ANALOGY, each, summed
from openccer.mrv.sheet import Equation, Known, Parameter, Symbol, Value
from openccer.rulebook.model import Title

CO2 = 1 / CARBON  # tCO2 in a tonne of carbon
FRESH_BELOW_PPT = Fraction(18)  # IPCC Wetlands Supplement, table 4.14: no CH4 is counted from 18 on
KG = Fraction(1, 1000)  # t
ONE = Fraction(1)


def years_accounted(first: date, last: date) -> Fraction:
    """a: the days of the period, each as a part of its own calendar year, so that parts add up."""
    days_of(first, last)
    parts = Period(first, last).by_year()
    return sum((Fraction(part.days, days_in_year(year)) for year, part in parts), Fraction(0))


def plant_change(area: Value, before: Value, after: Value, cf: Value, root: Value) -> Fraction:
    """M2: 44/12 x sum of A x (b2 - b1) x CF x (1 + R) [tCO2 in the period]; negative when lost.

    A in ha; b above-ground dry matter in t/ha; one value, or one for each stratum.
    """
    return CO2 * summed(
        each(lambda a, b1, b2, c, r: a * (b2 - b1) * c * (1 + r), area, before, after, cf, root)
    )


def soil_change(area: Value, rate: Value, years: Fraction) -> Fraction:
    """M3: 44/12 x sum of A x rate x years [tCO2 in the period]; rate in tC/(ha a)."""
    return CO2 * years * summed(each(lambda a, r: a * r, area, rate))


def methane(area: Value, salinity: Value, ef: Fraction, gwp: Fraction, years: Fraction) -> Fraction:
    """M4: A x EF x GWP x 0.001 x years [tCO2e], below 18 ppt; saltier ground counts 0."""
    fresh = each(lambda a, ppt: a if ppt < FRESH_BELOW_PPT else Fraction(0), area, salinity)
    return summed(fresh) * ef * gwp * KG * years


def net_removal(plants: Fraction, soil: Fraction, ghg: Fraction, k_risk: Fraction) -> Fraction:
    """M1: (plants + soil - GHG) x (1 - K_RISK) [tCO2e]; a loss is not made smaller by the risk."""
    return after_risk(plants + soil - ghg, k_risk)


def after_risk(removal: Fraction, k_risk: Fraction) -> Fraction:
    """t: the removal less its non-permanence deduction; a loss stays as it is."""
    return removal - k_risk * max(Fraction(0), removal)


def whole_credit(removal: Fraction, word: str = "floor") -> Fraction:
    """t: cut as stated (floor where nothing is stated), and a loss to zero."""
    return max(Fraction(0), rounded(removal, word))


def credit(removal: Fraction, brought: Fraction, word: str = "floor") -> Fraction:
    """t: the removal less the loss brought forward, which is made good before any credit."""
    return whole_credit(removal - brought, word)


def loss_left(removal: Fraction, brought: Fraction) -> Fraction:
    """t: the loss that this period did not make good, or made itself; cut up to whole tonnes.

    Credits are cut down, so a loss held against them is cut up: else a period cut in two would
    gain the part of a tonne that the whole period loses.
    """
    return Fraction(max(0, ceil_of(brought - removal)))


def per_year(tonnes: Fraction, years: Fraction) -> Fraction:
    """t/a: the tonnes of the period over its years."""
    return tonnes / years


def soil_rate_bound(
    year_t: Fraction, area: Value, k: Fraction, gain: Value, ghg: Value
) -> Fraction:
    """tC/(ha a): the soil rate that alone would earn the year's tonnes; no default can be higher.

    year_t   credited tonnes of a year in which the whole area was planted
    gain     the least gain of the plants, and `ghg` the least emissions, both tCO2e in the year
    """
    return (year_t / (1 - k) - sum_of(gain) + sum_of(ghg)) / sum_of(area) * CARBON


def soil_rate_bounds(
    year_t: Fraction, area: Value, options: Value, gain: Value, ghg: Value
) -> Value:
    """tC/(ha a): the bound for each possible risk deduction, by its name: K0, K5, K10."""
    column = options if isinstance(options, tuple) else (options,)
    return tuple(
        (f"K{shown(k * 100):f}", soil_rate_bound(year_t, area, k, gain, ghg)) for k in column
    )


def coast(
    number: str, gives: str, takes: str, compute: Callable[..., Any], known: Known = Known.UNSURE
) -> Equation:
    """An equation of a coastal method whose official text was not read."""
    return Equation(
        number=number,
        gives=gives,
        takes=tuple(takes.split()),
        compute=compute,
        cites=(BY_ANALOGY,),
        known=known,
    )


def without_rounding(one: Equation) -> Equation:
    """The same equation where the case states no rounding."""
    return Equation(
        number=one.number,
        gives=one.gives,
        takes=tuple(name for name in one.takes if name != "rounding"),
        compute=one.compute,
        cites=one.cites,
        known=one.known,
        when=lambda known: "rounding" not in known,
    )


K_RISK = symbol(
    "k_risk",
    "非持久性风险扣减率",
    "Non-permanence deduction",
    "1",
    *("K_RISK_fraction", "risk_deduction", "non_permanence_rate", "buffer_k"),
    most=ONE,
)
CREDITED = symbol(
    "credited_t",
    "可登记清除量",
    "Removal credited",
    "tCO2e",
    *("credit_t", "credited_removal_t", "cdr_credited_t", "net_credit_t"),
)
SALINITY = symbol("salinity_ppt", "盐度", "Salinity", "ppt", "salinity", "salinity_psu")
EF_CH4 = symbol(
    "EF_CH4",
    "甲烷排放因子",
    "Methane emission factor",
    "kg/(ha a)",
    "ef_ch4_kg_per_ha_year",
    "ef_ch4_kg_ha_yr",
)
GWP_CH4 = symbol("gwp_ch4", "甲烷全球增温潜势", "Warming potential of methane", "tCO2e/t", "gwp")

SYMBOLS: tuple[Symbol, ...] = (
    symbol(
        "b_start_t_ha",
        "期初地上生物量",
        "Above-ground biomass at the start",
        "t/ha",
        *("biomass_start_t_per_ha", "b_t1", "b1_t_per_ha", "agb_start_t_per_ha"),
    ),
    symbol(
        "b_end_t_ha",
        "期末地上生物量",
        "Above-ground biomass at the end",
        "t/ha",
        *("biomass_end_t_per_ha", "b_t2", "b2_t_per_ha", "agb_end_t_per_ha"),
    ),
    symbol("CF", "含碳率", "Carbon fraction", "1", "carbon_fraction", "cf_above", most=ONE),
    symbol("R", "根茎比", "Root to shoot ratio", "1", "root_ratio", "rsr", "root_shoot_ratio"),
    symbol(
        "soil_rate",
        "土壤碳累积速率",
        "Soil carbon rate",
        "tC/(ha a)",
        *("soil_rate_tc_per_ha_year", "soil_rate_tc_ha_yr", "soil_tc_per_ha_year", "soc_rate"),
        least=None,
    ),
    SALINITY,
    EF_CH4,
    GWP_CH4,
    K_RISK,
    symbol(
        "monitoring_years",
        "核算年数",
        "Years accounted",
        "a",
        *("interval_years", "years_between", "period_years"),
    ),
    symbol(
        "dC_bio_t", "植被碳储量变化", "Change in plants", "tCO2", "biomass_change_t", least=None
    ),
    symbol("dC_bio_t_year", "植被碳储量年变化", "Change in plants a year", "tCO2/a", least=None),
    symbol("dC_soil_t", "土壤碳储量变化", "Change in soil", "tCO2", "soil_change_t", least=None),
    symbol("GHG_t", "甲烷排放", "Methane emissions", "tCO2e", "ghg_emissions_t"),
    symbol("CDR_t", "项目清除量", "Net removal", "tCO2e", "net_removal_t", "removal_t", least=None),
    symbol("CDR_t_year", "年清除量", "Net removal a year", "tCO2e/a", "cdr_t_per_year", least=None),
    CREDITED,
    symbol("loss_brought_t", "结转的损失", "Loss brought forward", "tCO2e"),
    symbol("loss_carried_t", "待弥补的损失", "Loss carried forward", "tCO2e"),
    symbol("biomass_gain_min", "植被增量下限", "Least gain of the plants", "tCO2e"),
    symbol("ghg_min", "排放下限", "Least emissions", "tCO2e"),
    symbol("k_risk_options", "可能的扣减率", "Possible deductions", "1", most=Fraction(99, 100)),
    symbol("soil_max", "土壤速率上限", "Upper bound of the soil rate", "tC/(ha a)", least=None),
    symbol("cover_before_pct", "造前植被盖度", "Cover before planting", "%", most=Fraction(100)),
    symbol("bare_before", "造前盖度不超过 5 %", "Cover before was at most 5 %", "check"),
)

_CREDIT = coast("M1a", "credited_t", "CDR_t loss_brought_t rounding", credit)

EQUATIONS: tuple[Equation, ...] = (
    coast("M0", "monitoring_years", "period_start period_end", years_accounted, Known.OWN),
    coast("M2", "dC_bio_t", "area_ha b_start_t_ha b_end_t_ha CF R", plant_change),
    coast("M2", "dC_bio_t_year", "dC_bio_t monitoring_years", per_year),
    coast("M3", "dC_soil_t", "area_ha soil_rate monitoring_years", soil_change),
    coast("M4", "GHG_t", "area_ha salinity_ppt EF_CH4 gwp_ch4 monitoring_years", methane),
    coast("M1", "CDR_t", "dC_bio_t dC_soil_t GHG_t k_risk", net_removal),
    coast("M1", "CDR_t_year", "CDR_t monitoring_years", per_year),
    _CREDIT,
    without_rounding(_CREDIT),
    coast("M1b", "loss_carried_t", "CDR_t loss_brought_t", loss_left),
    coast(
        "B1",
        "soil_max",
        "year_t area_ha k_risk_options biomass_gain_min ghg_min",
        soil_rate_bounds,
        Known.READ,
    ),
    coast(
        "A1",
        "bare_before",
        "cover_before_pct",
        lambda cover: all(one <= 5 for one in _column(cover)),
        Known.READ,
    ),
)

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        symbol="loss_brought_t",
        value=Fraction(0),
        known=Known.OWN,
        source="no loss of an earlier period is stated",
    ),
    Parameter(
        symbol="CF",
        value=Fraction("0.451"),
        known=Known.OWN,
        source="IPCC Wetlands Supplement 2013, mangrove; the CCER default was not read",
    ),
    Parameter(
        symbol="EF_CH4",
        value=Fraction("193.7"),
        known=Known.OWN,
        source="IPCC Wetlands Supplement 2013, below 18 ppt; the CCER default was not read",
    ),
    Parameter(
        symbol="gwp_ch4",
        value=Fraction(28),
        known=Known.UNSURE,
        source="IPCC AR5; the value the CCER method prescribes was not read",
    ),
)


def _column(value: Value) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def missing(zh: str, en: str) -> Title:
    """How the missing official text is named."""
    return Title(f"《温室气体自愿减排项目方法学 {zh}》正文", f"official text of {en}")
