"""CCER-14-002-V01 mangrove planting, provisional: the official text was not read.

Bounds come from registered projects: the whole-life means of three, and one young year at Xiapu.
"""

from fractions import Fraction

from openccer.mrv.methodologies import coast
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.sheet import Equation, Known, Parameter, Sheet, Standing, Value, numbers_in
from openccer.rulebook.model import Title

# Registered: Zhangzhou 19.78, Xiapu 16.96 and Zhanjiang 16.69 tCO2e/(ha a) over their whole life.
LIFETIME_MEAN = (Fraction(15), Fraction(20))
LARGEST_RISK = Fraction(1, 10)  # of the deductions thought of, 5 and 10 %
LONG_YEARS = 20  # a young stand earns about 6.6 a year: the mean says nothing of it
XIAPU_2025_T, XIAPU_HA = Fraction(351), Fraction("47.86")  # noticed reduction of a full-area year


def mean_is_plausible(mean: Fraction) -> bool:
    """Is the mean of a whole crediting period where the registered mangroves are, 15 to 20?"""
    return LIFETIME_MEAN[0] <= mean <= LIFETIME_MEAN[1]


def soil_rate_is_possible(rate: Value) -> bool:
    """Is no soil rate above what all of Xiapu's year 2025 would need without any plant growth?"""
    none = Fraction(0)
    bound = coast.soil_rate_bound(XIAPU_2025_T, XIAPU_HA, LARGEST_RISK, none, none)
    return all(one <= bound for one in numbers_in(rate))


SHEET = Sheet(
    code="CCER-14-002-V01",
    title=Title("红树林营造", "Mangrove planting"),
    standing=Standing.PROVISIONAL,
    source="notices of the register, IPCC Wetlands Supplement 2013; equations are ours",
    missing=coast.missing("红树林营造（CCER-14-002-V01）", "CCER-14-002-V01, mangrove planting"),
    symbols=(
        *coast.SYMBOLS,
        register.symbol("mean_plausible", "全期均值合理", "whole-life mean is plausible", "check"),
        register.symbol(
            "soil_rate_possible", "土壤速率未超上限", "soil rate is below its bound", "check"
        ),
        *register.SYMBOLS,
    ),
    parameters=(
        *coast.PARAMETERS,
        Parameter(
            symbol="soil_rate",
            value=Fraction("1.46"),
            known=Known.UNSURE,
            source="VM0033; IPCC states 1.62, the smaller is taken; the CCER default was not read",
        ),
        Parameter(
            symbol="k_risk",
            value=LARGEST_RISK,
            known=Known.UNSURE,
            source="5 or 10 %, the larger is taken; the CCER rate was not read",
        ),
    ),
    equations=(
        *coast.EQUATIONS,
        Equation(
            number="B2",
            gives="mean_plausible",
            takes=("t_per_ha_year",),
            compute=mean_is_plausible,
            cites=register.CITES,
            when=lambda known: _whole_life(known.get("crediting_years")),
        ),
        Equation(
            number="B3",
            gives="soil_rate_possible",
            takes=("soil_rate",),
            compute=soil_rate_is_possible,
            cites=register.CITES,
        ),
        *register.EQUATIONS,
    ),
    names=("mangrove", "红树林营造"),
)


def _whole_life(years: object) -> bool:
    return isinstance(years, Fraction) and years >= LONG_YEARS
