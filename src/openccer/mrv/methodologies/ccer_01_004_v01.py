"""CCER-01-004-V01, hydrogen by electrolysis with renewable power, 2025-12-23: provisional.

The emission factor of the hydrogen replaced is in the official text only, which was not read. It
has no default here: India's scheme uses 9 (gas or oil) and 19 (coal), and both fit the one
published record. What those two would give is shown as a bound, never as a result.
"""

from collections.abc import Callable
from fractions import Fraction

from openccer.mrv.exact import shown
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies import terms
from openccer.mrv.methodologies.terms import BY_ANALOGY, TONNES, product, sum_of, symbol
from openccer.mrv.sheet import Equation, Known, Parameter, Sheet, Standing, Value, numbers_in
from openccer.rulebook.model import Title

INDIA = "India's credit scheme, after CDM AM0124 and the IEA's G7 report of 2023; not a CCER value"


def output_at(claimed: Value, project: Fraction, factor: Fraction) -> Fraction:
    """The hydrogen that would explain a claim: (ER + PE) / EF [t].

    claimed   ER   tonnes a year, as published   [tCO2e]
    project   PE   project emissions             [tCO2e]
    factor    EF   of the hydrogen replaced      [tCO2e/t]
    """
    return (register.sum_of(claimed) + project) / factor


def outputs(claimed: Value, project: Fraction, options: Value) -> tuple[tuple[str, Fraction], ...]:
    """The hydrogen that would explain a claim, at each of the factors, by factor [t]."""
    return tuple(
        (f"{shown(factor):f}", output_at(claimed, project, factor))
        for factor in numbers_in(options)
    )


def outputs_net(claimed: Value, options: Value) -> tuple[tuple[str, Fraction], ...]:
    """The same where project emissions are not stated: the least that must have been made [t]."""
    return outputs(claimed, Fraction(0), options)


def all_below(found: Value, capacity: Fraction) -> bool:
    """Are all these outputs possible with this capacity?"""
    return all(one <= capacity for one in numbers_in(found))


def implied(claimed: Value, project: Fraction, hydrogen: Fraction) -> Fraction:
    """The factor that would explain a claim, had this much hydrogen been made [tCO2e/t]."""
    return (register.sum_of(claimed) + project) / hydrogen


def implied_net(claimed: Value, hydrogen: Fraction) -> Fraction:
    """The same where project emissions are not stated: the least the factor must be [tCO2e/t]."""
    return implied(claimed, Fraction(0), hydrogen)


def _equation(
    number: str, gives: str, takes: str, compute: Callable[..., Value], unless: str = ""
) -> Equation:
    return Equation(
        number=number,
        gives=gives,
        takes=tuple(takes.split()),
        compute=compute,
        cites=(BY_ANALOGY,),
        known=Known.UNSURE,
        when=lambda known: unless not in known,
    )


SYMBOLS = (
    symbol(
        "Q_H2",
        "氢气产量",
        "Hydrogen made",
        "t",
        *("h2_t", "h2_output_t", "hydrogen_t", "h2_produced_t", "q_h2_t", "annual_h2_t"),
        *("hydrogen_output_t", "hydrogen_produced_t"),
    ),
    symbol(
        "EF_BL",
        "基准线氢气排放因子",
        "Factor of the hydrogen replaced",
        "tCO2e/t",
        *("ef_baseline", "ef_bl_t_per_t", "ef_h2", "ef_h2_t_per_t", "baseline_ef_t_per_t"),
        *("ef_bl_tco2_per_t", "ef_baseline_t_per_t"),
    ),
    symbol(
        "EG_grid",
        "下网电量",
        "Electricity taken from the grid",
        "MWh",
        *("grid_power_mwh", "grid_import_mwh", "eg_grid_mwh"),
    ),
    symbol(
        "EF_options",
        "假设的排放因子",
        "Factors supposed",
        "tCO2e/t",
        *("ef_option", "ef_assumed", "ef_candidates"),
    ),
    symbol("EF_low", "文献下限", "Bound from literature, low", "tCO2e/t"),
    symbol("EF_high", "文献上限", "Bound from literature, high", "tCO2e/t"),
    symbol("BE_low", "基准线下限（非结果）", "Baseline at the low bound, no result", TONNES),
    symbol("BE_high", "基准线上限（非结果）", "Baseline at the high bound, no result", TONNES),
    symbol(
        "capacity",
        "设计产能",
        "Design capacity",
        "t H2",
        *("capacity_t_h2", "capacity_t", "design_capacity_t", "capacity_t_per_year"),
        *("capacity_h2_t", "design_capacity_t_h2"),
    ),
    symbol("H2_if", "各因子对应的产量", "Output at each factor", "t", "h2_implied_t"),
    symbol(
        "both_below_capacity",
        "各产量均不超过产能",
        "Every output is within the capacity",
        "check",
        *("all_below_capacity", "below_capacity"),
    ),
    symbol(
        "EF_implied",
        "满产时隐含的因子",
        "Factor implied at full output",
        "tCO2e/t",
        *("implied_ef", "ef_if_full_output", "implied_ef_t_per_t", "t_per_t_h2"),
    ),
)

SHEET = Sheet(
    code="CCER-01-004-V01",
    title=Title("可再生能源电解水制氢", "Hydrogen by electrolysis with renewable power"),
    standing=Standing.PROVISIONAL,
    source="generic balance of hydrogen; conditions from public reports",
    missing=Title(
        "CCER-01-004-V01 正式文本：基准线氢气排放因子与公式"
        "（文献界限9和19 tCO2e/t，均不是CCER取值）",
        "the official text of CCER-01-004-V01: the emission factor of the hydrogen replaced, and "
        "the equations (literature bounds are 9 and 19 tCO2e/t; neither is CCER's)",
    ),
    symbols=(*SYMBOLS, *terms.USE, *terms.BALANCE, *register.SYMBOLS),
    parameters=(
        Parameter(symbol="EF_low", value=Fraction(9), known=Known.READ, source=INDIA),
        Parameter(symbol="EF_high", value=Fraction(19), known=Known.READ, source=INDIA),
    ),
    equations=(
        _equation("1", "BE", "Q_H2 EF_BL", product),
        _equation("1a", "BE_low", "Q_H2 EF_low", product),
        _equation("1b", "BE_high", "Q_H2 EF_high", product),
        _equation("2a", "PE_power", "EG_grid EF_CM", product),
        terms.power_emissions("2a", Known.UNSURE),
        terms.fuel_emissions("2b", Known.UNSURE),
        _equation("2", "PE", "PE_power PE_fuel", sum_of),
        terms.reduction("3", Known.UNSURE),
        terms.AS_CLAIMED,
        _equation("B1", "H2_if", "annual_t PE EF_options", outputs),
        _equation("B1", "H2_if", "annual_t EF_options", outputs_net, "PE"),
        _equation("B2", "both_below_capacity", "H2_if capacity", all_below),
        _equation("B3", "EF_implied", "annual_t PE capacity", implied),
        _equation("B3", "EF_implied", "annual_t capacity", implied_net, "PE"),
        *terms.YEARLY,
        *register.EQUATIONS,
    ),
    unread=("EF_BL",),
)
