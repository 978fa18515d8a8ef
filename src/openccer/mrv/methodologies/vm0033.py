"""VM0033 tidal wetland and seagrass restoration (Verra): soil, error and buffer, an analogue."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies.register_arithmetic import symbol
from openccer.mrv.methodologies.terms import AS_PUBLISHED, each, summed
from openccer.mrv.sheet import Disagreement, Equation, Known, Parameter, Sheet, Standing, Value
from openccer.rulebook.model import Title

ONE = Fraction(1)
ZERO = Fraction(0)


def without_foreign_carbon(gross: Value, fraction: Value) -> Value:
    """t: what the ground took up, less the share that the water brought from elsewhere."""
    found: Value = each(lambda removal, share: removal * (1 - share), gross, fraction)
    return found


def foreign_carbon(co2: Value, fraction: Value) -> Value:
    """tCO2e/ha, negative as the removal it is taken from: an emission is not made smaller."""
    found: Value = each(lambda flux, share: min(ZERO, flux) * share, co2, fraction)
    return found


def soil_balance(
    area: Value, co2: Value, foreign: Value, ch4: Value, n2o: Value, gwp_ch4: Value, gwp_n2o: Value
) -> Fraction:
    """GHG_soil = sum of A x (CO2 - foreign carbon + CH4 x GWP + N2O x GWP) [tCO2e].

    Fluxes per hectare: CO2 and foreign carbon in tCO2e, removals negative; CH4 and N2O in t.
    """
    return summed(
        each(
            lambda a, c, d, m, n, gm, gn: a * (c - d + m * gm + n * gn),
            *(area, co2, foreign, ch4, n2o, gwp_ch4, gwp_n2o),
        )
    )


def after_error(ner: Fraction, error: Fraction, allowed: Fraction) -> Fraction:
    """NER x (1 - error + allowed); never more than NER, and a loss stays as it is."""
    factor = min(ONE, max(ZERO, 1 - error + allowed))
    return ner * factor if ner > 0 else ner


def changes(cumulative: Value) -> Value:
    """t by year: what each year adds to the year before it in the table; the first only begins."""
    table = cumulative if isinstance(cumulative, tuple) else ()
    if len(table) < 2 or any(not isinstance(row, tuple) for row in table):
        raise Disagreement("cumulative_ner: expected `year: number` pairs, two years at least")
    pairs = pairwise(table)
    return tuple((year, now - before) for (_, before), (year, now) in pairs)


def set_aside(change: Value, fraction: Fraction) -> Value:
    """t: the buffer's share of a gain; a loss sets nothing aside."""
    return _by_year(lambda gained: max(ZERO, gained) * fraction, change)


def issued(change: Value, buffer: Value) -> Value:
    """t: the change less what was set aside; negative in a year of loss."""
    if isinstance(change, Fraction) and isinstance(buffer, Fraction):
        return change - buffer
    kept = dict(_rows(buffer))
    return tuple((year, gained - kept[year]) for year, gained in _rows(change))


def _by_year(function: Callable[[Fraction], Fraction], value: Value) -> Value:
    if isinstance(value, Fraction):
        return function(value)
    return tuple((year, function(one)) for year, one in _rows(value))


def _rows(value: Value) -> tuple[Any, ...]:
    if not isinstance(value, tuple):
        raise TypeError("expected `year: number` pairs")
    return value


def vm33(number: str, gives: str, takes: str, compute: Callable[..., Value]) -> Equation:
    """An equation of VM0033, under its own name."""
    return Equation(
        number=number,
        gives=gives,
        takes=tuple(takes.split()),
        compute=compute,
        cites=(AS_PUBLISHED,),
    )


SHEET = Sheet(
    code="VM0033",
    title=Title("潮汐湿地与海草床修复（Verra）", "Tidal wetland and seagrass restoration (Verra)"),
    standing=Standing.ANALOGUE,
    source="VM0033 as a public library of methods states it in code",
    missing=None,
    symbols=(
        symbol(
            "gross_soil_removal_t",
            "土壤清除量（扣减前）",
            "Soil removal before the deduction",
            "tCO2e",
            "gross_soil_removal",
            least=None,
        ),
        symbol(
            "alloch_fraction",
            "外源碳比例",
            "Share of foreign carbon",
            "1",
            *("allochthonous_fraction", "alloch", "alloch_share"),
            most=ONE,
        ),
        symbol(
            "net_soil_removal_t",
            "土壤清除量",
            "Soil removal",
            "tCO2e",
            "net_soil_removal",
            least=None,
        ),
        symbol("soil_co2_t_ha", "土壤 CO2 通量", "CO2 of the soil", "tCO2e/ha", least=None),
        symbol(
            "alloch_deduction_t_ha",
            "外源碳扣减（与清除同号）",
            "Foreign carbon, signed as removals",
            "tCO2e/ha",
            least=None,
            most=ZERO,
        ),
        symbol("soil_ch4_t_ha", "土壤甲烷通量", "CH4 of the soil", "t/ha", least=None),
        symbol("soil_n2o_t_ha", "土壤氧化亚氮通量", "N2O of the soil", "t/ha", least=None),
        symbol("gwp_ch4", "甲烷全球增温潜势", "Warming potential of methane", "tCO2e/t"),
        symbol("gwp_n2o", "氧化亚氮全球增温潜势", "Warming potential of N2O", "tCO2e/t"),
        symbol("GHG_soil_t", "土壤净排放", "Net emissions of the soil", "tCO2e", least=None),
        symbol(
            "ner_t", "净减排量", "Net emission reduction", "tCO2e", "NER", "net_er_t", least=None
        ),
        symbol("error_fraction", "误差", "Error", "1", "ner_error", "uncertainty_fraction"),
        symbol(
            "allowed_fraction", "允许误差", "Allowed error", "1", "allowed_uncertainty", most=ONE
        ),
        symbol(
            "ner_adjusted_t",
            "净减排量（误差扣减后）",
            "Net emission reduction after error",
            "tCO2e",
            "adjusted_ner_t",
            least=None,
        ),
        symbol(
            "cumulative_ner",
            "累计净减排量",
            "Net emission reduction so far, by year",
            "tCO2e",
            "cumulative_ner_t",
            least=None,
        ),
        symbol("change", "年变化", "Change", "tCO2e", "stock_change_t", "net_change_t", least=None),
        symbol("buffer_fraction", "缓冲比例", "Buffer share", "1", "buffer_rate", most=ONE),
        symbol("buffer", "缓冲量", "Buffer", "tCO2e", "buffer_t"),
        symbol("vcu", "可签发量", "Issued", "tCO2e", "vcu_t", "vcus", least=None),
        *register.SYMBOLS,
    ),
    parameters=(
        Parameter(
            symbol="gwp_ch4", value=Fraction(28), known=Known.OWN, source="IPCC AR5, 100 years"
        ),
        Parameter(
            symbol="gwp_n2o", value=Fraction(265), known=Known.OWN, source="IPCC AR5, 100 years"
        ),
    ),
    equations=(
        vm33(
            "V1",
            "net_soil_removal_t",
            "gross_soil_removal_t alloch_fraction",
            without_foreign_carbon,
        ),
        vm33("V2", "alloch_deduction_t_ha", "soil_co2_t_ha alloch_fraction", foreign_carbon),
        vm33(
            "V3",
            "GHG_soil_t",
            "area_ha soil_co2_t_ha alloch_deduction_t_ha soil_ch4_t_ha soil_n2o_t_ha "
            "gwp_ch4 gwp_n2o",
            soil_balance,
        ),
        vm33("V4", "ner_adjusted_t", "ner_t error_fraction allowed_fraction", after_error),
        vm33("V5", "change", "cumulative_ner", changes),
        vm33("V6", "buffer", "change buffer_fraction", set_aside),
        vm33("V7", "vcu", "change buffer", issued),
        *register.EQUATIONS,
    ),
    names=("VM0033",),
)
