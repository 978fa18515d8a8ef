"""Recovery of SF6 from electrical equipment, 2025-12-23: provisional; text and code not known.

The notice states a global warming potential of 23500; the balance is what any such method must say.
"""

from collections.abc import Callable
from fractions import Fraction

from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies import terms
from openccer.mrv.methodologies.terms import BY_ANALOGY, TONNES, product, sum_of, symbol
from openccer.mrv.sheet import Equation, Known, Parameter, Sheet, Standing, Value
from openccer.rulebook.model import Title

KG_PER_T = 1000


def in_tonnes(kilograms: Value) -> Fraction:
    """m [t] from m [kg]; several pieces of equipment added up."""
    return terms.summed(kilograms) / KG_PER_T


def _equation(number: str, gives: str, takes: str, compute: Callable[..., Value]) -> Equation:
    return Equation(
        number=number,
        gives=gives,
        takes=tuple(takes.split()),
        compute=compute,
        cites=(BY_ANALOGY,),
        known=Known.UNSURE,
    )


SYMBOLS = (
    symbol(
        "G_kg", "回收气体质量（未计纯度）", "Gas recovered, as weighed", "kg", "recovered_gas_kg"
    ),
    terms.share("purity", "六氟化硫纯度", "SF6 in the gas, by mass", "sf6_purity"),
    symbol(
        "m_kg",
        "回收的六氟化硫",
        "SF6 recovered",
        "kg",
        *("recovered_sf6_kg", "sf6_recovered_kg", "recovered_kg", "sf6_kg"),
    ),
    symbol(
        "m",
        "回收的六氟化硫",
        "SF6 recovered",
        "t",
        *("recovered_sf6_t", "sf6_recovered_t", "recovered_t", "sf6_t"),
    ),
    symbol("loss_kg", "处理损失的六氟化硫", "SF6 lost in handling", "kg", "sf6_loss_kg"),
    symbol("loss", "处理损失的六氟化硫", "SF6 lost in handling", "t", "sf6_loss_t", "loss_t"),
    symbol(
        "GWP_SF6",
        "六氟化硫全球增温潜势",
        "Global warming potential of SF6",
        "tCO2e/tSF6",
        *("gwp", "sf6_gwp"),
    ),
    symbol("PE_loss", "损失排放量", "Emissions of what is lost", TONNES, "pe_loss_t"),
)

SHEET = Sheet(
    code="CCER-SF6",
    title=Title("电气设备六氟化硫回收", "Recovery of SF6 from electrical equipment"),
    standing=Standing.PROVISIONAL,
    source="mass balance; the potential from the notice of the ministry",
    missing=Title(
        "六氟化硫回收方法学正式文本与代码：基准线回收率、公式",
        "the official text and code of the SF6 methodology: baseline rate of recovery, equations",
    ),
    symbols=(*SYMBOLS, *terms.USE, *terms.BALANCE, *register.SYMBOLS),
    parameters=(
        Parameter(
            symbol="GWP_SF6",
            value=Fraction(23_500),
            known=Known.READ,
            source="answers of the ministry to the press on the methodology, December 2025",
        ),
    ),
    equations=(
        _equation("1a", "m_kg", "G_kg purity", terms.sum_of_products),
        _equation("1b", "m", "m_kg", in_tonnes),
        _equation("1c", "loss", "loss_kg", in_tonnes),
        _equation("1", "BE", "m GWP_SF6", product),
        _equation("2", "PE_loss", "loss GWP_SF6", product),
        terms.power_emissions("3", Known.UNSURE),
        terms.fuel_emissions("4", Known.UNSURE),
        _equation("5", "PE", "PE_loss PE_power PE_fuel", sum_of),
        terms.reduction("6", Known.UNSURE),
        *terms.YEARLY,
        *register.EQUATIONS,
    ),
    names=("SF6",),
)
