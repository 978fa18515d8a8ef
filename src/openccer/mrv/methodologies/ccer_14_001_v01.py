"""CCER-14-001-V01, afforestation (造林碳汇): a provisional skeleton, A1 to A7.

The official text was not read. Every equation stands in by analogy with the old series and with
AR-TOOL14; each is labelled. The share deducted for non-permanence (K_RISK) is not known: it has no
default, and neither has the baseline. Validation records show that dead wood and litter are counted
and that published totals are after the deduction.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from openccer.mrv.allometry import CO2_PER_C
from openccer.mrv.methodologies import ar_cm
from openccer.mrv.methodologies import ar_cm_symbols as symbols
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies.ar_tool14 import shrubs
from openccer.mrv.methodologies.terms import BY_ANALOGY, each, summed, symbol, whole
from openccer.mrv.sheet import (
    Equation,
    Known,
    Parameter,
    Sheet,
    Standing,
    Symbol,
    Value,
)
from openccer.mrv.tables.load import shipped_biomass
from openccer.rulebook.model import Title

OWN_NUMBERS = {"L1": "A3", "L2": "A4", "L3": "A5", "L4": "A5", "L5": "A5", "L7": "A7"}


def project_removal(change: Fraction | None, fire_t: Fraction) -> Fraction | None:
    """A2: CDR_PJ = dC_PJ - GHG_E [tCO2e]; None where plots must be added first."""
    return ar_cm.credit(change, fire_t)


def net_removal(project: Fraction | None, baseline: Fraction, leakage: Fraction) -> Fraction | None:
    """A1 before the deduction: CDR_PJ - CDR_BSL - LK [tCO2e]."""
    return None if project is None else project - baseline - leakage


def after_risk(net: Fraction | None, k_risk: Fraction) -> Fraction | None:
    """A1: net x (1 - K_RISK) [tCO2e]; a loss is never made smaller by it.

    net      removal before the deduction     [tCO2e]
    k_risk   share set aside for reversals    [1]
    """
    if net is None or net <= 0:
        return net
    return net * (1 - k_risk)


def before_risk(after: Fraction, k_risk: Fraction) -> Fraction:
    """What stood before the deduction: CDR / (1 - K_RISK) [tCO2e]."""
    return after / (1 - k_risk)


def implied_risk(net: Fraction, after: Fraction) -> Fraction:
    """The share a record set aside: 1 - CDR / net [1]."""
    return 1 - after / net


def whole_removal(removal: Fraction | None) -> Fraction | None:
    """Cut down to whole tonnes, a loss to zero; None where there is none."""
    return None if removal is None else whole(removal)


def _ours(equation: Equation) -> Equation:
    """An equation of the old series, standing in here under our number and labelled."""
    return replace(
        equation,
        number=OWN_NUMBERS.get(equation.number, f"AR-CM {equation.number}"),
        known=Known.UNSURE,
        cites=(BY_ANALOGY,),
    )


def _equation(
    number: str, gives: str, takes: str, compute: Callable[..., Value], unless: str = ""
) -> Equation:
    barred = tuple(unless.split())

    def when(values: Mapping[str, Value]) -> bool:
        return not any(name in values for name in barred)

    return Equation(
        number=number,
        gives=gives,
        takes=tuple(takes.split()),
        compute=compute,
        cites=(BY_ANALOGY,),
        known=Known.UNSURE,
        when=when,
    )


# The result of the old series (L8) is another quantity here.
BORROWED = tuple(one for one in symbols.CREDIT_SYMBOLS if one.id not in ("credit_t", "credited_t"))
SYMBOLS: tuple[Symbol, ...] = (
    *symbols.bounded(symbols.STAND_SYMBOLS),
    *symbols.PLOT_SYMBOLS,
    *symbols.STANDARD_SYMBOLS,
    *symbols.CHANGE_SYMBOLS,
    *symbols.bounded(symbols.FIRE_SYMBOLS),
    *BORROWED,
    symbol("pools_t1", "期初各碳库", "Pools at t1", "tCO2", "pools_t1_tco2"),
    symbol("pools_t2", "期末各碳库", "Pools at t2", "tCO2", "pools_t2_tco2"),
    symbol("b_forest", "当地森林地上生物量", "Forest biomass there", "t d.m./ha", "b_forest_t_ha"),
    symbol("BDR_SF", "灌木与森林生物量比", "Shrub to forest biomass", "1"),
    symbol("R_s", "灌木根茎比", "Roots to shoot of shrubs", "1", "r_shrub"),
    replace(
        symbol("cover", "灌木盖度", "Cover of shrubs", "1", "shrub_cover", "crown_cover"),
        most=Fraction(1),
    ),
    symbol("b_shrub", "灌木生物量", "Biomass of shrubs", "t d.m./ha", "b_shrub_t_ha"),
    symbol("CF_s", "灌木含碳率", "Carbon of shrubs", "tC/t d.m.", "cf_shrub"),
    symbol("shrub_co2_t", "灌木碳储量", "Stock of shrubs", "tCO2", "shrub_stock_tco2"),
    symbol(
        *("dC_PJ", "项目碳储量变化量", "Change of the project's stock", "tCO2"),
        *("dc_pj_t", "project_change_t"),
        least=None,
    ),
    symbol(
        *(
            "CDR_PJ",
            "项目清除量",
            "Removal of the project",
            "tCO2e",
            "cdr_pj_t",
            "project_removal_t",
        ),
        least=None,
    ),
    symbol(
        *("CDR_BSL", "基准线清除量", "Removal of the baseline", "tCO2e"),
        *("cdr_bsl_t", "baseline_removal_t"),
        least=None,
    ),
    symbol("LK", "泄漏", "Leakage", "tCO2e", "lk_t", "leakage_t"),
    symbol(
        *("net_t", "扣减非持久性风险前净清除量", "Removal before the deduction", "tCO2e"),
        *("removal_before_t", "net_removal_t", "before_risk_t", "gross_removal_t"),
        least=None,
    ),
    replace(
        symbol(
            *("K_RISK", "非持久性风险扣减率", "Share set aside for reversals", "1"),
            *("k_risk_fraction", "nonpermanence", "non_permanence_rate", "risk_rate"),
        ),
        most=Fraction(1),
    ),
    symbol("CDR", "项目减排量（取整前）", "Removal credited", "tCO2e", "cdr_t", "er_t", least=None),
    symbol("credited_t", "项目减排量", "Whole tonnes credited", "tCO2e", "cdr_whole_t"),
    symbol("implied_k_risk", "反推扣减率", "Share a record set aside", "1", least=None),
)
EQUATIONS: tuple[Equation, ...] = (
    *(
        _ours(one)
        for one in (
            *ar_cm.STAND,
            *ar_cm.STANDARD,
            *ar_cm.DESIGN,
            *ar_cm.CHANGE,
            *ar_cm.FIRE,
        )
    ),
    *(_ours(one) for one in ar_cm.CREDIT if one.gives not in ("credit_t", "credited_t")),
    # With no shoot stated, all that stood there counts as burnt: the safe side.
    _equation(
        "A7",
        "GHG_E",
        "area_burnt_ha biomass_t_ha COMF EF_CH4 EF_N2O GWP_CH4 GWP_N2O",
        ar_cm.fire,
        "AGB",
    ),
    _equation("A6", "b_shrub", "BDR_SF b_forest R_s cover", shrubs),
    _equation(
        "A6",
        "shrub_co2_t",
        "b_shrub area_ha CF_s",
        lambda b, area, cf: summed(each(lambda x, y: x * y * cf * CO2_PER_C, b, area)),
    ),
    _equation("A4", "C_t1", "pools_t1", register.sum_of),
    _equation("A4", "C_t2", "pools_t2", register.sum_of),
    _equation(
        "A3",
        "dC_PJ",
        "adjusted_t t",
        lambda change, years: None if change is None else ar_cm.per_year(change, years),
    ),
    _equation(
        "A3", "dC_PJ", "annual_change_t", lambda change: change, "uncertainty_pct factor_pct"
    ),
    _equation("A2", "CDR_PJ", "dC_PJ GHG_E", project_removal),
    _equation("A1", "net_t", "CDR_PJ CDR_BSL LK", net_removal),
    _equation("A1", "CDR", "net_t K_RISK", after_risk),
    _equation("A1", "net_t", "CDR K_RISK", before_risk),
    _equation("A1", "implied_k_risk", "net_t CDR", implied_risk, "K_RISK"),
    _equation("A1", "credited_t", "CDR", whole_removal),
)

LINEAGE = "read in the old series (AR-CM-001/003 lineage), not in this methodology"
AR5 = "IPCC AR5, 100 years; what the methodology prints was not read"


def _shipped(key: str, symbol_id: str, known: Known, source: str) -> Parameter:
    value = shipped_biomass().constants[key].value
    return Parameter(symbol=symbol_id, value=value, known=known, source=source)


SHEET = Sheet(
    code="CCER-14-001-V01",
    title=Title("造林碳汇", "Afforestation"),
    standing=Standing.PROVISIONAL,
    source="by analogy: AR-CM-001/003 lineage, AR-TOOL14, records of the public register",
    missing=Title("CCER-14-001-V01 造林碳汇", "CCER-14-001-V01 afforestation"),
    names=("CCER-14-001",),
    unread=("K_RISK",),
    symbols=(*SYMBOLS, *symbols.REGISTER_SYMBOLS),
    parameters=(
        *(_shipped(key, key, Known.UNSURE, LINEAGE) for key in ("COMF", "EF_CH4", "EF_N2O")),
        _shipped(
            "CF_shrub_tool14", "CF_s", Known.READ, "AR-TOOL14 as hashgraph/guardian prints it"
        ),
        _shipped("R_shrub_tool14", "R_s", Known.READ, "AR-TOOL14 as hashgraph/guardian prints it"),
        _shipped("BDR_SF", "BDR_SF", Known.READ, "AR-TOOL14 as hashgraph/guardian prints it"),
        replace(ar_cm.TARGET, known=Known.OWN, source=LINEAGE),
        Parameter(symbol="GWP_CH4", value=Fraction(28), known=Known.UNSURE, source=AR5),
        Parameter(symbol="GWP_N2O", value=Fraction(265), known=Known.UNSURE, source=AR5),
        Parameter(
            symbol="LK",
            value=Fraction(0),
            known=Known.UNSURE,
            source="zero in the old series; what the methodology says was not read",
        ),
    ),
    equations=(*EQUATIONS, *register.EQUATIONS),
)
