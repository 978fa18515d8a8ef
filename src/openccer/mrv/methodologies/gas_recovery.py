"""Gas of oil and gas fields that would have been flared: equations after AM0009.

The baseline counts complete combustion in the flare, so the methane a flare lets through earns
nothing. Three CCER methodologies differ in where the gas comes from, not, as far as is known, here.
"""

from collections.abc import Callable
from fractions import Fraction

from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies import terms
from openccer.mrv.methodologies.terms import BY_ANALOGY, TONNES, product, sum_of, symbol
from openccer.mrv.sheet import Equation, Known, Sheet, Standing, Symbol, Value
from openccer.rulebook.model import Title

PER_10K = Fraction(1, 10_000)
CO2_PER_C = Fraction(44, 12)


def in_ten_thousands(volume: Fraction) -> Fraction:
    """V [10^4 Nm3] from V [Nm3]."""
    return volume * PER_10K


def per_ten_thousand(ncv: Fraction) -> Fraction:
    """NCV [GJ/10^4 Nm3] from NCV [GJ/Nm3], which is also MJ/m3 over a thousand."""
    return ncv / PER_10K


def from_megajoules(ncv: Fraction) -> Fraction:
    """NCV [GJ/10^4 Nm3] from NCV [MJ/Nm3]: ten thousand of them, a thousand to the GJ."""
    return ncv * 10


def factor_from_carbon(cc: Fraction) -> Fraction:
    """EF_CO2 = CC x 44/12 [tCO2/GJ]: all carbon burnt."""
    return cc * CO2_PER_C


def burnt(volume: Fraction, ncv: Fraction, factor: Fraction) -> Fraction:
    """CO2 of gas burnt: V x NCV x EF_CO2 [tCO2].

    volume   V        [10^4 Nm3]
    ncv      NCV      [GJ/10^4 Nm3]
    factor   EF_CO2   [tCO2/GJ]
    Source: AM0009 by analogy.
    """
    return volume * ncv * factor


def not_more_than(part: Fraction, all_: Fraction) -> bool:
    """No more gas was sold and burnt than was recovered."""
    return part <= all_


SYMBOLS: tuple[Symbol, ...] = (
    symbol(
        "V_Nm3",
        "回收气量",
        "Gas recovered",
        "Nm3",
        *("recovered_gas_nm3", "gas_recovered_nm3", "recovered_volume_nm3", "recovered_gas_m3"),
        *("gas_recovered_m3", "volume_nm3", "v_recovered_nm3", "v_nm3_recovered"),
    ),
    symbol(
        "V",
        "回收气量",
        "Gas recovered",
        "10^4 Nm3",
        *("recovered_gas_10k_nm3", "gas_recovered_10k_nm3", "recovered_gas_1e4_nm3"),
        *("recovered_gas_10e4_nm3", "v_recovered"),
    ),
    symbol("NCV_Nm3", "低位发热量", "Net calorific value", "GJ/Nm3", "ncv_gj_per_nm3", "ncv_gj_m3"),
    symbol("NCV_MJ", "低位发热量", "Net calorific value", "MJ/Nm3", "ncv_mj_per_nm3", "ncv_mj_m3"),
    symbol(
        "NCV",
        "低位发热量",
        "Net calorific value",
        "GJ/10^4 Nm3",
        *("ncv_gj_per_10k_nm3", "ncv_gj_per_1e4_nm3"),
    ),
    symbol("CC", "单位热值含碳量", "Carbon per heat", "tC/GJ", "cc_tc_per_gj", "carbon_tc_per_gj"),
    symbol(
        "EF_CO2",
        "回收气排放因子",
        "Emission factor of the gas",
        "tCO2/GJ",
        *("ef_co2_t_per_gj", "ef_gas", "ef_gas_t_per_gj", "ef_co2_tco2_per_gj"),
    ),
    symbol(
        "V_own",
        "项目自用气量",
        "Recovered gas the project burns itself",
        "10^4 Nm3",
        *("own_gas_10k_nm3", "own_use_10k_nm3"),
    ),
    symbol(
        "V_own_Nm3",
        "项目自用气量",
        "Recovered gas the project burns itself",
        "Nm3",
        *("own_gas_nm3", "own_use_nm3", "own_gas_m3"),
    ),
    symbol(
        "V_sold",
        "产品气量",
        "Gas sold as product",
        "10^4 Nm3",
        *("sold_gas_10k_nm3", "product_gas_10k_nm3"),
    ),
    symbol("PE_own", "自用气排放量", "Own gas burnt", TONNES, "pe_own_t", "pe_own_gas_t"),
    symbol(
        "m_leak",
        "逸散和放空的甲烷",
        "Methane vented and leaked",
        "tCH4",
        *("leaked_ch4_t", "vented_ch4_t", "ch4_leak_t", "ch4_vented_t", "fugitive_ch4_t"),
    ),
    symbol(
        "PE_CH4",
        "逸散甲烷排放量",
        "Emissions of methane vented and leaked",
        TONNES,
        *("pe_ch4_t", "pe_leak_t", "pe_vent_t", "pe_fugitive_t"),
    ),
    terms.gwp_ch4_symbol(),
    symbol("V_used", "自用与外销合计", "Sold and burnt together", "10^4 Nm3"),
    symbol("used_within", "自用与外销不超过回收量", "No more is used than recovered", "check"),
)


def _equation(number: str, gives: str, takes: str, compute: Callable[..., Value]) -> Equation:
    return Equation(
        number=number,
        gives=gives,
        takes=tuple(takes.split()),
        compute=compute,
        cites=(BY_ANALOGY,),
        known=Known.UNSURE,
    )


EQUATIONS: tuple[Equation, ...] = (
    _equation("1a", "V", "V_Nm3", in_ten_thousands),
    _equation("1a", "V_own", "V_own_Nm3", in_ten_thousands),
    _equation("1b", "NCV", "NCV_Nm3", per_ten_thousand),
    _equation("1b", "NCV", "NCV_MJ", from_megajoules),
    _equation("1c", "EF_CO2", "CC", factor_from_carbon),
    _equation("1", "BE", "V NCV EF_CO2", burnt),
    _equation("2", "PE_own", "V_own NCV EF_CO2", burnt),
    terms.power_emissions("3", Known.UNSURE),
    terms.fuel_emissions("4", Known.UNSURE),
    _equation("5", "PE_CH4", "m_leak GWP_CH4", product),
    _equation("6", "PE", "PE_own PE_power PE_fuel PE_CH4", sum_of),
    terms.reduction("7", Known.UNSURE),
    _equation("8", "V_used", "V_sold V_own", sum_of),
    _equation("9", "used_within", "V_used V", not_more_than),
)


def recovery(code: str, title: Title) -> Sheet:
    """The sheet of one of the three methodologies."""
    return Sheet(
        code=code,
        title=title,
        standing=Standing.PROVISIONAL,
        source="AM0009 by analogy; names and the flare baseline from the notice of 2025-11-18",
        missing=Title(
            f"{code} 正式文本：基准线、项目排放与监测公式",
            f"the official text of {code}: equations of baseline, project emissions and monitoring",
        ),
        symbols=(terms.NETWORKED, *SYMBOLS, *terms.USE, *terms.BALANCE, *register.SYMBOLS),
        parameters=(terms.GWP_CH4,),
        equations=(terms.AFTER_NETWORKING, *EQUATIONS, *terms.YEARLY, *register.EQUATIONS),
    )
