"""ACM0014, methane of industrial waste water: the CDM's arithmetic, under its own name.

The temperature factor follows van 't Hoff and Arrhenius. A public test fixture of this method
prints about 0.98 where the equation gives 0.835 at 301 K; the equation stands.
"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from openccer.kernel.quantity import EXACT
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies import terms
from openccer.mrv.methodologies.terms import (
    AS_PUBLISHED,
    difference,
    product,
    sum_of_products,
    symbol,
)
from openccer.mrv.sheet import Disagreement, Equation, Known, Parameter, Sheet, Standing, Value
from openccer.rulebook.model import Title

ACTIVATION_CAL, GAS_CAL = Fraction(15_175), Fraction(1987, 1000)  # cal/mol, cal/(K mol)
WARM_K = Fraction(30316, 100)
FROZEN_K, COLD_K = Fraction(278), Fraction(283)
MOST_WARM_K = Fraction(303)
CELSIUS = Fraction(27315, 100)


def left_of(load: Fraction, out: Fraction, into: Fraction) -> Fraction:
    """COD_BL = COD_PJ x (1 - COD_out / COD_in) [t]: what the lagoon would have broken down.

    load        COD_PJ             organic matter of the project   [t COD]
    out, into   COD_out, COD_in    at the lagoon's two ends         [t COD]
    Source: ACM0014, baseline of open lagoons.
    """
    if out > into:
        raise Disagreement("more COD leaves the lagoon than enters it")
    return load * (1 - out / into)


def from_celsius(celsius: Fraction) -> Fraction:
    """T [K] from degrees Celsius."""
    return celsius + CELSIUS


def temperature_factor(kelvin: Fraction) -> Fraction:
    """f_T = exp(E (T2 - T1) / (R T1 T2)) from 283 to 303 K, T1 = 303.16 K [1].

    Below 278 K nothing is counted, up to 283 K 0.104, above 303 K 0.95.
    Source: ACM0014 as we know it; E = 15175 cal/mol, R = 1.987 cal/(K mol).
    """
    if kelvin < COLD_K:
        return Fraction(104, 1000) if kelvin >= FROZEN_K else Fraction(0)
    if kelvin > MOST_WARM_K:
        return Fraction(95, 100)
    power = ACTIVATION_CAL * (kelvin - WARM_K) / (GAS_CAL * WARM_K * kelvin)
    return Fraction(EXACT.exp(EXACT.divide(Decimal(power.numerator), Decimal(power.denominator))))


def _equation(
    number: str,
    gives: str,
    takes: str,
    compute: Callable[..., Value],
    known: Known = Known.READ,
) -> Equation:
    return Equation(
        number=number,
        gives=gives,
        takes=tuple(takes.split()),
        compute=compute,
        cites=(AS_PUBLISHED,),
        known=known,
    )


SYMBOLS = (
    symbol("flow", "月废水量", "Waste water of a month", "m3", "monthly_flow_m3", "flow_m3"),
    symbol("months", "月数", "Months", "1", "number_of_months"),
    symbol("w_COD", "废水化学需氧量", "COD of the waste water", "t/m3", "cod_t_per_m3"),
    symbol("COD_PJ", "项目化学需氧量", "COD of the project", "t COD", "cod_project_t", "cod_pj_t"),
    symbol("COD_in", "进口化学需氧量", "COD entering the lagoon", "t COD", "cod_in_t"),
    symbol("COD_out", "出口化学需氧量", "COD leaving the lagoon", "t COD", "cod_out_t"),
    symbol("COD_BL", "基准线化学需氧量", "COD of the baseline", "t COD", "cod_baseline_t"),
    symbol("Bo", "最大甲烷产率", "Most methane of COD", "tCH4/t COD", "bo_t_per_t"),
    symbol("T_C", "温度", "Temperature", "degree C", "temperature_c", least=None),
    symbol("T_K", "温度", "Temperature", "K", "temperature_k"),
    terms.share("f_T", "温度系数", "Factor of temperature", "ft", "temperature_factor"),
    terms.share("f_d", "深度系数", "Factor of depth", "fd", "depth_factor"),
    terms.share("c_sure", "保守系数", "Factor of caution", "conservativeness_factor"),
    terms.share("MCF", "甲烷转化系数", "Methane conversion factor", "mcf_baseline"),
    terms.gwp_ch4_symbol(),
)

SHEET = Sheet(
    code="ACM0014",
    title=Title("工业废水甲烷减排（CDM）", "Methane of industrial waste water (CDM)"),
    standing=Standing.ANALOGUE,
    source="ACM0014 as written down in a public library of methodologies",
    missing=None,
    symbols=(*SYMBOLS, *terms.BALANCE, *register.SYMBOLS),
    parameters=(
        terms.GWP_CH4,
        Parameter(
            symbol="c_sure",
            value=Fraction(89, 100),
            known=Known.OWN,
            source="ACM0014, caution for the uncertainty of the factors",
        ),
    ),
    equations=(
        _equation("1", "COD_PJ", "flow months w_COD", sum_of_products),
        _equation("1a", "COD_PJ", "flow w_COD", sum_of_products),
        _equation("2", "COD_BL", "COD_PJ COD_out COD_in", left_of),
        _equation("3", "T_K", "T_C", from_celsius),
        _equation("4", "f_T", "T_K", temperature_factor, Known.OWN),
        _equation("5", "MCF", "f_d f_T c_sure", product, Known.OWN),
        _equation("6", "BE", "GWP_CH4 MCF Bo COD_BL", product, Known.OWN),
        _equation("7", "ER", "BE PE", difference),
        *terms.YEARLY,
        *register.EQUATIONS,
    ),
    names=("ACM0014",),
)
