"""Stocks of coastal wetlands by the IPCC's 2013 Wetlands Supplement, an analogue.

Wood and roots have carbon fractions of their own; dead wood, litter and soil are stocks of carbon.
"""

from collections.abc import Callable
from fractions import Fraction

from openccer.mrv.methodologies import coast
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies.register_arithmetic import symbol
from openccer.mrv.methodologies.terms import AS_PUBLISHED, each, product, summed
from openccer.mrv.sheet import Equation, Known, Parameter, Sheet, Standing, Value
from openccer.rulebook.model import Title

ONE = Fraction(1)


def added(*pools: Value) -> Value:
    """tC/ha: the pools of each place added up."""
    found: Value = each(lambda *one: sum(one, Fraction(0)), *pools)
    return found


def soil_stock(density: Value, fraction: Value, thickness: Value) -> Fraction:
    """tC/ha: 100 x sum over the layers of bulk density [g/cm3] x carbon fraction x layer [cm]."""
    return 100 * summed(product(density, fraction, thickness))


def total(area: Value, per_ha: Value) -> Fraction:
    """Sum over the strata of area x stock per hectare."""
    return summed(product(area, per_ha))


def as_co2(carbon: Value) -> Value:
    """tCO2 = tC x 44/12."""
    found: Value = each(lambda tonnes: tonnes * coast.CO2, carbon)
    return found


def ipcc(number: str, gives: str, takes: str, compute: Callable[..., Value]) -> Equation:
    """An equation of the analogue, under its own name."""
    return Equation(
        number=number,
        gives=gives,
        takes=tuple(takes.split()),
        compute=compute,
        cites=(AS_PUBLISHED,),
    )


def not_counted(name: str) -> Parameter:
    """A pool that is not stated is not counted."""
    return Parameter(
        symbol=name, value=Fraction(0), known=Known.OWN, source="not stated, so not counted"
    )


SHEET = Sheet(
    code="IPCC-WETLANDS",
    title=Title("IPCC 湿地补充指南（2013）", "IPCC Wetlands Supplement (2013)"),
    standing=Standing.ANALOGUE,
    source="a published calculator with the defaults of the supplement",
    missing=None,
    symbols=(
        symbol(
            "agb_t_per_ha",
            "地上生物量",
            "Above-ground biomass",
            "t/ha",
            *("agb", "agb_t_ha", "above_ground_t_per_ha", "aboveground_biomass_t_per_ha"),
        ),
        symbol("bgb_t_per_ha", "地下生物量", "Below-ground biomass", "t/ha", "bgb", "bgb_t_ha"),
        symbol("root_ratio", "根茎比", "Root to shoot ratio", "1", "R", "rsr"),
        symbol("cf_above", "地上含碳率", "Carbon fraction above", "1", "cf", "cf_agb", most=ONE),
        symbol(
            "cf_root", "根含碳率", "Carbon fraction of roots", "1", "cf_bgb", "cf_below", most=ONE
        ),
        symbol("above_tc_per_ha", "地上碳储量", "Carbon above ground", "tC/ha", "agb_tc_per_ha"),
        symbol("root_tc_per_ha", "根碳储量", "Carbon in roots", "tC/ha", "bgb_tc_per_ha"),
        symbol("deadwood_tc", "枯死木碳储量", "Dead wood", "tC/ha", "deadwood_tc_per_ha"),
        symbol("litter_tc", "枯落物碳储量", "Litter", "tC/ha", "litter_tc_per_ha"),
        symbol("bulk_density", "土壤容重", "Bulk density by layer", "g/cm3", "dry_bulk_density"),
        symbol(
            "soil_carbon_fraction",
            "土壤含碳率",
            "Carbon fraction by layer",
            "1",
            "fraction_carbon",
            most=ONE,
        ),
        symbol("layer_cm", "土层厚度", "Thickness of the layers", "cm", "thickness_cm"),
        symbol("soil_tc", "土壤碳储量", "Soil", "tC/ha", "soil_tc_per_ha"),
        symbol("ecosystem_tc_per_ha", "生态系统碳储量", "Carbon of the ecosystem", "tC/ha"),
        symbol("total_tc", "总碳储量", "All carbon", "tC", "total_carbon_t"),
        symbol("total_tco2", "总碳储量（CO2）", "All carbon as CO2", "tCO2", "total_co2_t"),
        symbol("ecosystem_tco2_per_ha", "单位面积储量（CO2）", "CO2 per hectare", "tCO2/ha"),
        coast.SALINITY,
        coast.EF_CH4,
        coast.GWP_CH4,
        symbol("ch4_years", "年数", "Years", "a", "monitoring_years"),
        symbol("ch4_tco2e", "甲烷排放", "Methane emissions", "tCO2e", "ghg_t", "ch4_t_co2e"),
        *register.SYMBOLS,
    ),
    parameters=(
        Parameter(
            symbol="cf_above",
            value=Fraction("0.451"),
            known=Known.OWN,
            source="IPCC Wetlands Supplement 2013, table 4.2",
        ),
        Parameter(
            symbol="ch4_years", value=ONE, known=Known.OWN, source="one year where none is stated"
        ),
        not_counted("deadwood_tc"),
        not_counted("litter_tc"),
        not_counted("soil_tc"),
        *(one for one in coast.PARAMETERS if one.symbol in ("EF_CH4", "gwp_ch4")),
    ),
    equations=(
        ipcc("W0", "soil_tc", "bulk_density soil_carbon_fraction layer_cm", soil_stock),
        ipcc("W1", "bgb_t_per_ha", "agb_t_per_ha root_ratio", product),
        ipcc("W2", "above_tc_per_ha", "agb_t_per_ha cf_above", product),
        ipcc("W3", "root_tc_per_ha", "bgb_t_per_ha cf_root", product),
        ipcc(
            "W4",
            "ecosystem_tc_per_ha",
            "above_tc_per_ha root_tc_per_ha deadwood_tc litter_tc soil_tc",
            added,
        ),
        ipcc("W5", "total_tc", "area_ha ecosystem_tc_per_ha", total),
        ipcc("W6", "total_tco2", "total_tc", as_co2),
        ipcc("W6", "ecosystem_tco2_per_ha", "ecosystem_tc_per_ha", as_co2),
        ipcc("W7", "ch4_tco2e", "area_ha salinity_ppt EF_CH4 gwp_ch4 ch4_years", coast.methane),
        *register.EQUATIONS,
    ),
    names=("IPCC wetlands", "IPCC wetland", "IPCC-WETLANDS", "IPCC 2013 Wetlands Supplement"),
)
