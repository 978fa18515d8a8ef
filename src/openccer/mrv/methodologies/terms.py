"""What several sheets share: arithmetic on a value or a column, and the terms of a balance."""

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from openccer.kernel.calendar import ONE_DAY
from openccer.kernel.outcome import HouseRule
from openccer.mrv.exact import whole_tonnes
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.sheet import Disagreement, Equation, Known, Parameter, Symbol, Value
from openccer.rulebook.model import Title

BY_ANALOGY = HouseRule("equations by analogy stand in until the official text has been read")
FROM_RECORDS = HouseRule("a condition seen in registry records stands in for the text")
AS_PUBLISHED = HouseRule("another system's arithmetic is shown under its own name")

TONNES = "tCO2e"


# --- a value or a column ------------------------------------------------------------------------


def each(function: Callable[..., Any], *values: Value) -> Any:
    """The function at every place of the columns; a single value stands at every place.

    Disagreement where two columns are of different lengths.
    """
    lengths = {len(value) for value in values if isinstance(value, tuple)}
    if not lengths:
        return function(*values)
    if len(lengths) > 1:
        raise Disagreement(f"columns of different lengths: {sorted(lengths)}")
    rows = range(lengths.pop())
    return tuple(
        function(*(value[row] if isinstance(value, tuple) else value for value in values))
        for row in rows
    )


def product(*factors: Value) -> Any:
    """The product of what it takes, at every place of a column."""
    return each(_product, *factors)


def _product(*factors: Any) -> Fraction:
    found = Fraction(1)
    for factor in factors:
        found *= number(factor)
    return found


def number(value: Any) -> Fraction:
    """The number itself; TypeError, in words, for a place where nothing stands."""
    if not isinstance(value, Fraction):
        raise TypeError("a value is missing")
    return value


def summed(value: Value) -> Fraction:
    """The sum of a column, or the value itself."""
    column = value if isinstance(value, tuple) else (value,)
    return sum((number(one) for one in column), Fraction(0))


def whole(value: Fraction) -> Fraction:
    """Cut down to whole tonnes, a negative year to zero."""
    return Fraction(whole_tonnes(value).count)


# --- the equations that are the same everywhere -------------------------------------------------


def sum_of_products(*columns: Value) -> Fraction:
    """The products, place by place of the columns, added up."""
    return summed(product(*columns))


def difference(more: Fraction, less: Fraction) -> Fraction:
    """The first less the second; it may be negative."""
    return more - less


def sum_of(*terms: Fraction) -> Fraction:
    """The sum of what it takes."""
    return sum(terms, Fraction(0))


def symbol(
    name: str, zh: str, en: str, unit: str, *aliases: str, least: Fraction | None = Fraction(0)
) -> Symbol:
    """A symbol in one line; it may not be negative unless `least` is None."""
    return Symbol(id=name, title=Title(zh, en), unit=unit, aliases=aliases, least=least)


def share(name: str, zh: str, en: str, *aliases: str) -> Symbol:
    """A symbol between 0 and 1."""
    return Symbol(id=name, title=Title(zh, en), unit="1", aliases=aliases, most=Fraction(1))


BALANCE: tuple[Symbol, ...] = (
    symbol(
        "EF_CM",
        "电网组合边际排放因子",
        "Combined margin of the grid",
        "tCO2/MWh",
        *("ef_grid", "ef_cm_t_per_mwh", "ef_grid_t_per_mwh", "ef_grid_cm", "grid_ef"),
        *("grid_ef_t_per_mwh", "ef_cm_tco2_per_mwh", "ef_grid_tco2_per_mwh"),
    ),
    symbol(
        "BE",
        "基准线排放量",
        "Baseline emissions",
        TONNES,
        *("be_t", "be_y", "baseline_emissions_t", "baseline_t"),
        least=None,
    ),
    symbol(
        "PE",
        "项目排放量",
        "Project emissions",
        TONNES,
        *("pe_t", "pe_y", "project_emissions_t"),
    ),
    symbol(
        "ER",
        "减排量（取整前）",
        "Emission reduction, before it is cut down",
        TONNES,
        *("er_t", "er_y", "net_reduction_t", "reduction_t", "emission_reduction_t"),
        least=None,
    ),
)

# What a project uses, for the sheets that count it.
USE: tuple[Symbol, ...] = (
    symbol(
        "EC_PJ",
        "项目耗电量",
        "Electricity the project uses",
        "MWh",
        *("electricity_mwh", "electricity_consumed_mwh", "power_mwh", "power_used_mwh"),
        *("project_electricity_mwh", "grid_electricity_mwh", "ec_mwh", "ec_pj_mwh"),
    ),
    symbol(
        "FC",
        "化石燃料消耗量（各种燃料）",
        "Fossil fuels burnt, one by one",
        "t or 10^4 Nm3",
        *("fuel", "fuel_amount", "fuel_consumption"),
    ),
    symbol(
        "COEF",
        "化石燃料排放系数（各种燃料）",
        "Emission coefficients of the fuels, one by one",
        "tCO2 per unit of fuel",
        *("fuel_coef", "fuel_coefficient", "fuel_ef"),
    ),
    symbol(
        "PE_power",
        "项目用电排放量",
        "Project emissions from electricity",
        TONNES,
        *("pe_electricity", "pe_power_t", "pe_electricity_t", "pe_ec_t"),
    ),
    symbol(
        "PE_fuel",
        "项目燃料排放量",
        "Project emissions from fuels",
        TONNES,
        *("fuel_emissions_t", "pe_fuel_t", "pe_fc_t"),
    ),
)


def power_emissions(number_: str, known: Known = Known.OWN) -> Equation:
    """PE_power = EC_PJ x EF_CM [tCO2]: electricity of the grid, at its combined margin."""
    return Equation(
        number=number_,
        gives="PE_power",
        takes=("EC_PJ", "EF_CM"),
        compute=sum_of_products,
        cites=(BY_ANALOGY,),
        known=known,
    )


def fuel_emissions(number_: str, known: Known = Known.OWN) -> Equation:
    """PE_fuel = sum of FC_i x COEF_i over the fuels [tCO2]."""
    return Equation(
        number=number_,
        gives="PE_fuel",
        takes=("FC", "COEF"),
        compute=sum_of_products,
        cites=(BY_ANALOGY,),
        known=known,
    )


def reduction(number_: str, known: Known = Known.OWN) -> Equation:
    """ER = BE - PE [tCO2e], before it is cut to whole tonnes; it may be negative."""
    return Equation(
        number=number_,
        gives="ER",
        takes=("BE", "PE"),
        compute=difference,
        cites=(BY_ANALOGY,),
        known=known,
    )


def year_as_rounded(exact: Fraction, word: str) -> Fraction:
    """A year cut as the case says (floor, half_up, none), a negative year to zero."""
    return max(Fraction(0), register.rounded(exact, word))


# The sheet's own year and total, in the names of the register's arithmetic.
YEARLY: tuple[Equation, ...] = (
    Equation(
        number="Y1",
        gives="annual_average_t",
        takes=("ER", "rounding"),
        compute=year_as_rounded,
        cites=register.CITES,
    ),
    Equation(
        number="Y1",
        gives="annual_average_t",
        takes=("ER",),
        compute=whole,
        cites=register.CITES,
        when=lambda known: "rounding" not in known,
    ),
    Equation(
        number="Y2",
        gives="total_reduction_t",
        takes=("annual_average_t", "crediting_years"),
        compute=product,
        cites=register.CITES,
    ),
)


def day_after(networked: date) -> date:
    """Crediting begins the day after the trial of the data link ended."""
    return networked + ONE_DAY


NETWORKED = symbol(
    "networked",
    "联网试运行结束日",
    "Last day of the trial of the data link",
    "day",
    *("networking_date", "networked_on", "network_trial_end", "networking_day"),
)
AFTER_NETWORKING = Equation(
    number="N1",
    gives="crediting_start",
    takes=("networked",),
    compute=day_after,
    cites=(FROM_RECORDS,),
)
# A yearly figure of the register, wherever a bound is asked of it.
AS_CLAIMED = Equation(
    number="B0",
    gives="annual_t",
    takes=("annual_average_t",),
    compute=product,
    cites=register.CITES,
)


def unclaimed(name: str) -> Parameter:
    """A baseline term that counts nothing where nothing is stated of it."""
    return Parameter(
        symbol=name,
        value=Fraction(0),
        known=Known.OWN,
        source="not stated, so not claimed: a smaller baseline is the safe side",
    )


GWP_CH4 = Parameter(
    symbol="GWP_CH4",
    value=Fraction(28),
    known=Known.UNSURE,
    source="IPCC AR5, 100 years; the value a CCER methodology prints was not read",
)


def gwp_ch4_symbol() -> Symbol:
    """The global warming potential of methane, with the names inputs give it."""
    return Symbol(
        id="GWP_CH4",
        title=Title("甲烷全球增温潜势", "Global warming potential of methane"),
        unit="tCO2e/tCH4",
        aliases=("gwp", "gwp_methane"),
    )


def same_names(symbols: Iterable[Symbol]) -> list[str]:
    """Names that two symbols answer to, in small letters; none in a good sheet."""
    names = [name.lower() for one in symbols for name in {one.id.lower(), *one.aliases}]
    return sorted({name for name in names if names.count(name) > 1})
