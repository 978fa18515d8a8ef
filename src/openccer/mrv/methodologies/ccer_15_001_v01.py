"""CCER-15-001-V01, biogas of the manure of large pig farms, 2025-12-12: provisional.

Its official text was not read; the equations follow ACM0010 and AMS-III.D. No value of pigs, manure
or lagoons has a default: they belong to the official text.
"""

from collections.abc import Callable
from fractions import Fraction

from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies import terms
from openccer.mrv.methodologies.terms import (
    BY_ANALOGY,
    TONNES,
    number,
    product,
    sum_of,
    sum_of_products,
    symbol,
)
from openccer.mrv.sheet import Equation, Known, Parameter, Sheet, Standing, Value
from openccer.rulebook.model import Title


def of_days(daily: Value, days: Value) -> Value:
    """VS [kg per animal and year] from kg per day and the days an animal stands there."""
    found: Value = product(daily, days)
    return found


def potential(density: Fraction, bo: Value, solids: Value, animals: Value) -> Fraction:
    """M_0 = D_CH4 x sum of Bo x VS x N: the methane the manure could give [tCH4].

    density   D_CH4   of methane                          [t/m3]
    bo        Bo      most methane of the manure          [m3/kg VS]
    solids    VS      volatile solids of an animal        [kg/yr]
    animals   N       animals of the kind, yearly average [1]
    Source: ACM0010 by analogy.
    """
    return density * sum_of_products(bo, solids, animals)


def baseline(
    gwp: Fraction, density: Fraction, mcf: Value, bo: Value, solids: Value, animals: Value
) -> Fraction:
    """BE = GWP x D_CH4 x sum of MCF x Bo x VS x N [tCO2e].

    mcf   MCF   methane conversion factor of the manure system before   [1]
    The others as in `potential`. Source: ACM0010 by analogy.
    """
    return gwp * density * sum_of_products(mcf, bo, solids, animals)


def not_burnt(mass: Fraction, efficiency: Fraction, gwp: Fraction) -> Fraction:
    """PE_flare = m x (1 - eta) x GWP [tCO2e]: what the flare lets through."""
    return mass * (1 - number(efficiency)) * gwp


def capped(base: Fraction, project: Fraction, burnt: Fraction, used: Fraction) -> Fraction:
    """ER = min(BE - PE, MD x GWP - PE_power): never more than was measured as destroyed [tCO2e]."""
    return min(base - project, burnt - used)


def _equation(
    number_: str, gives: str, takes: str, compute: Callable[..., Value], unless: str = ""
) -> Equation:
    return Equation(
        number=number_,
        gives=gives,
        takes=tuple(takes.split()),
        compute=compute,
        cites=(BY_ANALOGY,),
        known=Known.UNSURE,
        when=lambda known: unless not in known,
    )


SYMBOLS = (
    symbol(
        "N",
        "存栏量（各类）",
        "Animals of each kind, yearly average",
        "1",
        *("animals", "pigs", "heads", "population", "animal_count", "n_animals"),
    ),
    symbol(
        "VS_day",
        "每头日挥发性固体",
        "Volatile solids of an animal and day",
        "kg/d",
        *("vs_kg_per_head_day", "vs_kg_per_day", "vs_kg_day"),
    ),
    symbol("days", "存栏天数", "Days in the farm", "d", "nd", "days_in_farm"),
    symbol(
        "VS",
        "每头年挥发性固体",
        "Volatile solids of an animal and year",
        "kg/yr",
        *("vs_kg_per_head_year", "vs_kg_per_year", "vs_kg_year"),
    ),
    symbol(
        "Bo",
        "最大甲烷产率",
        "Most methane of the manure",
        "m3 CH4/kg VS",
        *("bo_m3_per_kg", "bo_m3_ch4_per_kg_vs", "b0"),
    ),
    terms.share("MCF", "甲烷转化系数", "Methane conversion factor", "mcf_baseline"),
    symbol(
        "D_CH4", "甲烷密度", "Density of methane", "t/m3", "ch4_density_t_per_m3", "ch4_density"
    ),
    terms.share("leak", "泄漏比例", "Share that leaks from digesters", "leak_fraction"),
    terms.gwp_ch4_symbol(),
    symbol("M_0", "甲烷潜力", "Methane the manure could give", "tCH4", "ch4_potential_t"),
    symbol("PE_leak", "沼气池泄漏", "Leaks of the digesters", TONNES, "pe_leak_t"),
    symbol("m_flare", "火炬甲烷量", "Methane to the flare", "tCH4", "flared_ch4_t"),
    terms.share("eta_flare", "火炬效率", "Efficiency of the flare", "flare_efficiency"),
    symbol("PE_flare", "火炬排放量", "Methane the flare lets through", TONNES, "pe_flare_t"),
    symbol("m_MD", "实测销毁甲烷量", "Methane measured as destroyed", "tCH4", "ch4_destroyed_t"),
    symbol("BE_MD", "实测销毁甲烷当量", "The same, as CO2", TONNES, "ch4_destroyed_tco2e"),
)

SHEET = Sheet(
    code="CCER-15-001-V01",
    title=Title("规模化猪场粪污沼气回收利用", "Recovery and use of biogas of large pig farms"),
    standing=Standing.PROVISIONAL,
    source="ACM0010 and AMS-III.D by analogy; name from the notice of 2025-12-17",
    missing=Title(
        "CCER-15-001-V01 正式文本：公式与缺省值",
        "the official text of CCER-15-001-V01: equations and default values",
    ),
    symbols=(*SYMBOLS, *terms.USE, *terms.BALANCE, *register.SYMBOLS),
    parameters=(
        terms.GWP_CH4,
        Parameter(
            symbol="D_CH4",
            value=Fraction(67, 100_000),
            known=Known.OWN,
            source="ACM0010, at 20 degrees and one atmosphere",
        ),
        Parameter(
            symbol="leak",
            value=Fraction(1, 10),
            known=Known.UNSURE,
            source="AMS-III.D, default of physical leakage",
        ),
    ),
    equations=(
        _equation("1", "VS", "VS_day days", of_days),
        _equation("2", "M_0", "D_CH4 Bo VS N", potential),
        _equation("3", "BE", "GWP_CH4 D_CH4 MCF Bo VS N", baseline),
        _equation("4", "PE_leak", "leak GWP_CH4 M_0", product),
        _equation("5", "PE_flare", "m_flare eta_flare GWP_CH4", not_burnt),
        terms.power_emissions("6", Known.UNSURE),
        terms.fuel_emissions("7", Known.UNSURE),
        _equation("8", "PE", "PE_leak PE_flare PE_power PE_fuel", sum_of),
        _equation("9", "BE_MD", "m_MD GWP_CH4", product),
        _equation("10", "ER", "BE PE BE_MD PE_power", capped),
        _equation("11", "ER", "BE PE", terms.difference, "m_MD"),
        *terms.YEARLY,
        *register.EQUATIONS,
    ),
    unread=("MCF", "Bo", "VS"),
)
