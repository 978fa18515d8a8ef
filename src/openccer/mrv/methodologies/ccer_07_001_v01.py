"""CCER-07-001-V01, lighting of road tunnels, 2024-12-30: provisional, its text was not read.

The equations follow the JCM method for LED lighting (the reference uses the project's electricity
times the ratio of efficacies) and AMS-II.L (lamps x power x hours). Where both can be worked, the
smaller baseline counts. Baseline lamps and the rules of metering are not known.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies import terms
from openccer.mrv.methodologies.terms import (
    BY_ANALOGY,
    number,
    product,
    sum_of_products,
    summed,
    symbol,
)
from openccer.mrv.sheet import Equation, Known, Parameter, Sheet, Standing, Value
from openccer.rulebook.model import Title

WH_PER_MWH = 1_000_000
WARM_UP_TO_K = 3500  # colour temperature: lamps up to it may be less efficient


def lamps_energy(count: Value, watts: Value, hours: Value) -> Fraction:
    """EC = sum of N_i x P_i x h_i / 10^6 [MWh].

    count   N   lamps of the kind              [1]
    watts   P   power of one, ballast included [W]
    hours   h   burning hours                  [h]
    Source: AMS-II.L by analogy.
    """
    return sum_of_products(count, watts, hours) / WH_PER_MWH


def reference_energy(
    used: Fraction, project: Fraction, base: Fraction, share: Fraction
) -> Fraction:
    """EC_BL = EC_PJ x eta_PJ / eta_BL x f [MWh]: the same light from the lamps before.

    used      EC_PJ    electricity of the lamps of the project   [MWh]
    project   eta_PJ   their efficacy                            [lm/W]
    base      eta_BL   efficacy of the lamps before              [lm/W]
    share     f        hours that count, of those burnt          [1]
    Source: JCM ID_AM020 by analogy.
    """
    return used * project / base * share


def hours_that_count(before: Value, now: Value) -> Fraction:
    """f = min(1, h_BL / h_PJ), over all kinds of lamp: longer burning earns nothing."""
    return min(Fraction(1), summed(before) / summed(now))


def smaller(one: Fraction, other: Fraction) -> Fraction:
    """The smaller of two baselines: the safe side."""
    return min(one, other)


def least_efficacy(colour_k: Value) -> Fraction:
    """170 lm/W up to 3500 K, 180 above; for several kinds of lamp, the strictest.

    Source: registry records of projects under the methodology.
    """
    column = colour_k if isinstance(colour_k, tuple) else (colour_k,)
    return Fraction(170 if all(number(one) <= WARM_UP_TO_K for one in column) else 180)


def efficient_enough(found: Fraction, least: Fraction) -> bool:
    """Do the lamps reach the efficacy the methodology asks for?"""
    return found >= least


def saved(before: Fraction, now: Fraction) -> Fraction:
    """Electricity saved: EC_BL - EC_PJ [MWh]; it may be negative."""
    return before - now


def _lacks(*names: str) -> Callable[[Mapping[str, Value]], bool]:
    def when(known: Mapping[str, Value]) -> bool:
        return not any(name in known for name in names)

    return when


def _equation(
    number_: str, gives: str, takes: str, compute: Callable[..., Value], *unless: str
) -> Equation:
    return Equation(
        number=number_,
        gives=gives,
        takes=tuple(takes.split()),
        compute=compute,
        cites=(BY_ANALOGY,),
        known=Known.UNSURE,
        when=_lacks(*unless),
    )


SYMBOLS = (
    symbol(
        "N_BL",
        "基准线灯具数量",
        "Lamps before",
        "1",
        *("lamps_baseline", "baseline_lamps", "baseline_count", "n_baseline"),
    ),
    symbol(
        "P_BL",
        "基准线灯具功率",
        "Power of a lamp before",
        "W",
        *("power_baseline_w", "baseline_power_w", "baseline_lamp_w", "p_baseline_w"),
    ),
    symbol(
        "h_BL",
        "基准线年燃点小时",
        "Burning hours before",
        "h",
        *("hours_baseline", "baseline_hours", "h_baseline"),
    ),
    symbol(
        "N_PJ",
        "项目灯具数量",
        "Lamps of the project",
        "1",
        *("lamps_project", "project_lamps", "project_count", "lamps", "n_project"),
    ),
    symbol(
        "P_PJ",
        "项目灯具功率",
        "Power of a lamp of the project",
        "W",
        *("power_project_w", "project_power_w", "project_lamp_w", "p_project_w"),
    ),
    symbol(
        "h_PJ",
        "项目年燃点小时",
        "Burning hours of the project",
        "h",
        *("hours_project", "project_hours", "hours", "burning_hours", "h_project"),
    ),
    symbol(
        "eta_BL",
        "基准线灯具光效",
        "Efficacy of the lamps before",
        "lm/W",
        *("efficacy_baseline", "baseline_efficacy_lm_w", "baseline_efficacy", "eta_baseline"),
    ),
    symbol(
        "eta_PJ",
        "项目灯具初始光效",
        "Initial efficacy of the lamps of the project",
        "lm/W",
        *("efficacy_project", "project_efficacy_lm_w", "project_efficacy", "lamp_efficacy_lm_w"),
        *("efficacy_lm_per_w", "luminous_efficacy_lm_w", "eta_project"),
    ),
    symbol(
        "CCT",
        "色温",
        "Colour temperature",
        "K",
        *("colour_temperature_k", "color_temperature_k", "cct_k"),
    ),
    symbol("eta_min", "要求的最低光效", "Least efficacy asked for", "lm/W", "least_efficacy_lm_w"),
    symbol("efficient", "光效达到要求", "The lamps are efficient enough", "check", "eligible"),
    terms.share(
        "f_hours",
        "计入的燃点小时比例",
        "Share of the burning hours that counts",
    ),
    symbol(
        "EC_lamps",
        "基准线用电量（按灯具）",
        "Electricity before, from its lamps",
        "MWh",
        *("ec_bl_lamps_mwh",),
    ),
    symbol(
        "EC_ratio",
        "基准线用电量（按光效比）",
        "Electricity before, from the ratio of efficacies",
        "MWh",
        *("ec_bl_ratio_mwh",),
    ),
    symbol(
        "EC_BL",
        "基准线用电量",
        "Electricity before",
        "MWh",
        *("ec_bl_mwh", "baseline_mwh", "baseline_electricity_mwh", "ec_baseline_mwh"),
    ),
    symbol(
        "EC_saved",
        "节电量",
        "Electricity saved",
        "MWh",
        *("saved_mwh", "saving_mwh", "electricity_saved_mwh"),
        least=None,
    ),
    symbol("tunnels", "隧道数量", "Tunnels", "1", "tunnel_count", "number_of_tunnels"),
)

SHEET = Sheet(
    code="CCER-07-001-V01",
    title=Title("公路隧道照明系统节能", "Energy saving of road-tunnel lighting"),
    standing=Standing.PROVISIONAL,
    source="JCM ID_AM020 and AMS-II.L by analogy; conditions from registry records",
    missing=Title(
        "CCER-07-001-V01 正式文本：公式、基准线灯具与计量要求",
        "the official text of CCER-07-001-V01: equations, baseline lamps, rules of metering",
    ),
    symbols=(terms.NETWORKED, *SYMBOLS, *terms.USE, *terms.BALANCE, *register.SYMBOLS),
    parameters=(
        Parameter(
            symbol="f_hours",
            value=Fraction(1),
            known=Known.UNSURE,
            source="no change of burning hours was stated",
        ),
    ),
    equations=(
        terms.AFTER_NETWORKING,
        _equation("1", "EC_PJ", "N_PJ P_PJ h_PJ", lamps_energy),
        _equation("2", "EC_lamps", "N_BL P_BL h_BL", lamps_energy),
        _equation("3", "f_hours", "h_BL h_PJ", hours_that_count),
        _equation("4", "EC_ratio", "EC_PJ eta_PJ eta_BL f_hours", reference_energy),
        _equation("5", "EC_BL", "EC_lamps EC_ratio", smaller),
        _equation("5", "EC_BL", "EC_lamps", summed, "EC_ratio"),
        _equation("5", "EC_BL", "EC_ratio", summed, "EC_lamps"),
        _equation("6", "EC_saved", "EC_BL EC_PJ", saved),
        _equation("7", "BE", "EC_BL EF_CM", product),
        terms.power_emissions("8", Known.UNSURE),
        _equation("8", "PE", "PE_power", summed),
        terms.reduction("9", Known.UNSURE),
        _equation("10", "eta_min", "CCT", least_efficacy),
        _equation("11", "efficient", "eta_PJ eta_min", efficient_enough),
        *terms.YEARLY,
        *register.EQUATIONS,
    ),
    unread=("eta_BL",),
)
