"""ACM0002 and CM-001, grid-connected renewables of the CDM and of the old Chinese scheme.

Both are shown under their own names. Weights of the margins follow the technology in the first
crediting period; where neither weights nor technology are stated, there is no combined margin.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

from openccer.mrv.exact import floor_of
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies import terms
from openccer.mrv.methodologies.terms import AS_PUBLISHED, TONNES, difference, product, symbol
from openccer.mrv.sheet import Disagreement, Equation, Known, Parameter, Sheet, Standing, Value
from openccer.rulebook.model import Title

VARIABLE = ("wind", "solar", "pv", "photovoltaic", "风", "光伏", "太阳")
OTHERS = ("hydro", "geothermal", "biomass", "wave", "tidal", "水电", "水力", "地热", "生物质")
MOST_DECIMALS = 12
HOURS_OF_A_YEAR = 8_760
KW_PER_MW, LEAST_DENSITY, FREE_DENSITY = 1_000_000, 4, 10  # W/MW; W/m2, tool of ACM0002


def weight_of(technology: str) -> Fraction:
    """w_OM in the first crediting period: 0.75 for wind and solar, 0.5 for all others.

    Source: the CDM's tool for the emission factor of an electricity system.
    """
    text = technology.strip().lower()
    if any(word in text for word in VARIABLE):
        return Fraction(3, 4)
    if any(word in text for word in OTHERS):
        return Fraction(1, 2)
    raise Disagreement(f"technology: {technology[:40]!r} is none of wind, solar, hydro, geothermal")


def the_rest(weight: Fraction) -> Fraction:
    """w_BM = 1 - w_OM, and the other way round."""
    return 1 - weight


def margin(om: Fraction, bm: Fraction, w_om: Fraction, w_bm: Fraction) -> Fraction:
    """EF_CM = EF_OM x w_OM + EF_BM x w_BM [tCO2/MWh]. Disagreement unless the weights make one."""
    if w_om + w_bm != 1:
        raise Disagreement("w_OM and w_BM do not add up to one")
    return om * w_om + bm * w_bm


def rounded_margin(
    om: Fraction, bm: Fraction, w_om: Fraction, w_bm: Fraction, decimals: Fraction
) -> Fraction:
    """EF_CM brought to so many decimals, halves up, as some design documents do [tCO2/MWh]."""
    if decimals.denominator != 1 or not 0 <= decimals <= MOST_DECIMALS:
        raise Disagreement(f"decimals are a whole number from 0 to {MOST_DECIMALS}")
    scale = 10 ** int(decimals)
    scaled = margin(om, bm, w_om, w_bm) * scale
    return Fraction(floor_of(scaled + Fraction(1, 2)), scale)


def year_at(capacity: Fraction, load: Fraction) -> Fraction:
    """EG = capacity x 8760 h x load factor [MWh], a common year."""
    return capacity * HOURS_OF_A_YEAR * load


def power_density(capacity: Fraction, area: Fraction) -> Fraction:
    """PD = capacity / area of the reservoir [W/m2]; capacity in MW, area in m2."""
    return capacity * KW_PER_MW / area


def reservoir(density: Fraction, factor: Fraction, total: Fraction) -> Fraction:
    """PE_HP = EF_Res x TEG / 1000 between 4 and 10 W/m2, nothing above [tCO2e].

    density   PD       power density of the reservoir    [W/m2]
    factor    EF_Res   methane of the reservoir          [kgCO2e/MWh]
    total     TEG      electricity generated, gross      [MWh]
    Disagreement at 4 W/m2 and below: the methodology does not apply.
    """
    if density <= LEAST_DENSITY:
        raise Disagreement("a reservoir of 4 W/m2 or less is outside the methodology")
    return Fraction(0) if density > FREE_DENSITY else factor * total / 1000


def _without(*names: str) -> Callable[[Mapping[str, Value]], bool]:
    return lambda known: not any(name in known for name in names)


def _equation(
    number: str, gives: str, takes: str, compute: Callable[..., Value], *unless: str
) -> Equation:
    return Equation(
        number=number,
        gives=gives,
        takes=tuple(takes.split()),
        compute=compute,
        cites=(AS_PUBLISHED,),
        when=_without(*unless),
    )


SYMBOLS = (
    symbol(
        "EG_export",
        "上网电量",
        "Electricity exported",
        "MWh",
        *("export_mwh", "annual_export_mwh", "exported_mwh"),
    ),
    symbol(
        "EG_import",
        "下网电量",
        "Electricity imported",
        "MWh",
        *("import_mwh", "annual_import_mwh", "imported_mwh"),
    ),
    symbol(
        "EG_PJ",
        "净上网电量",
        "Net electricity exported",
        "MWh",
        *("net_export_mwh", "annual_net_export_mwh", "net_generation_mwh", "net_electricity_mwh"),
        *(
            "annual_net_generation_mwh",
            "eg_mwh",
            "eg_pj_mwh",
            "annual_generation_mwh",
            "net_supply_mwh",
            "net_mwh",
        ),
        least=None,
    ),
    symbol("capacity_mw", "装机容量", "Capacity", "MW", "installed_mw", "installed_capacity_mw"),
    symbol(
        "hours",
        "年等效利用小时",
        "Full-load hours of a year",
        "h",
        *("full_load_hours", "equivalent_hours", "utilisation_hours", "utilization_hours"),
    ),
    terms.share("plf", "负荷因子", "Load factor of the plant", "plant_load_factor", "load_factor"),
    symbol("EF_OM", "电量边际排放因子", "Operating margin", "tCO2/MWh", "om", "ef_om_t_per_mwh"),
    symbol("EF_BM", "容量边际排放因子", "Build margin", "tCO2/MWh", "bm", "ef_bm_t_per_mwh"),
    terms.share("w_OM", "电量边际权重", "Weight of the operating margin", "weight_om"),
    terms.share("w_BM", "容量边际权重", "Weight of the build margin", "weight_bm"),
    symbol("technology", "技术类型", "Technology", "text", "tech", "plant_type", "type"),
    symbol(
        "ef_rounded_to",
        "排放因子小数位数",
        "Decimals the factor is brought to",
        "1",
        *("ef_decimals", "ef_cm_rounded_to"),
    ),
    symbol("grid", "电网", "Grid", "text", "region"),
    symbol("area_m2", "水库面积", "Area of the reservoir", "m2", "reservoir_area_m2"),
    symbol("PD", "功率密度", "Power density", "W/m2", "power_density_w_m2", "power_density"),
    symbol("EF_Res", "水库排放因子", "Factor of a reservoir", "kgCO2e/MWh", "ef_reservoir"),
    symbol("TEG", "总发电量", "Electricity generated, gross", "MWh", "gross_generation_mwh"),
    symbol("PE_HP", "水库排放量", "Emissions of the reservoir", TONNES, "pe_hp_t"),
)

PARAMETERS = (
    Parameter(
        symbol="PE",
        value=Fraction(0),
        known=Known.OWN,
        source="wind, solar and run-of-river plants: the methodology counts no emissions",
    ),
    Parameter(
        symbol="EF_Res",
        value=Fraction(90),
        known=Known.OWN,
        source="ACM0002, default for reservoirs from 4 to 10 W/m2",
    ),
)

EQUATIONS = (
    _equation("1", "EG_PJ", "EG_export EG_import", difference),
    _equation("1a", "EG_PJ", "capacity_mw hours", product, "EG_export"),
    _equation("1b", "EG_PJ", "capacity_mw plf", year_at, "EG_export"),
    _equation("2", "w_OM", "w_BM", the_rest),
    _equation("2", "w_OM", "technology", weight_of, "w_BM"),
    _equation("2", "w_BM", "w_OM", the_rest),
    _equation("3", "EF_CM", "EF_OM EF_BM w_OM w_BM ef_rounded_to", rounded_margin),
    _equation("3", "EF_CM", "EF_OM EF_BM w_OM w_BM", margin, "ef_rounded_to"),
    _equation("4", "BE", "EG_PJ EF_CM", product),
    _equation("5", "PD", "capacity_mw area_m2", power_density),
    _equation("6", "PE_HP", "PD EF_Res TEG", reservoir),
    _equation("7", "PE", "PE_HP", product),
    _equation("8", "ER", "BE PE", difference),
)


def _sheet(code: str, title: Title, source: str, *names: str) -> Sheet:
    return Sheet(
        code=code,
        title=title,
        standing=Standing.ANALOGUE,
        source=source,
        missing=None,
        symbols=(*SYMBOLS, *terms.BALANCE, *register.SYMBOLS),
        parameters=PARAMETERS,
        equations=(*EQUATIONS, *terms.YEARLY, *register.EQUATIONS),
        names=names,
    )


SHEET = _sheet(
    "ACM0002",
    Title("可再生能源并网发电（CDM）", "Grid-connected renewable electricity (CDM)"),
    "ACM0002 and the CDM's tool for the emission factor of an electricity system",
    "ACM0002",
)
CM_001 = _sheet(
    "CM-001",
    Title(
        "可再生能源并网发电（原温室气体自愿减排）", "Grid-connected renewables, old Chinese scheme"
    ),
    "CM-001-V01 and V02, which follow ACM0002",
    "CM-001",
    "CM-001-V01",
    "CM-001-V02",
)
