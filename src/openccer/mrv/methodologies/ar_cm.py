"""AR-CM-001/003 lineage: forestry of the old series, as a city's method of 2022 reprints it.

An analogue under its own name: equations L1 to L8 and the tables were read there, none of them in
CCER-14-001-V01. Two GWPs of that document are AR4; they are never supplied here.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from openccer.mrv.allometry import (
    CO2_PER_C,
    by_function,
)
from openccer.mrv.exact import shown
from openccer.mrv.methodologies import plot_statistics as plots
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies.ar_cm_symbols import (
    CHANGE_SYMBOLS,
    CREDIT_SYMBOLS,
    FIRE_SYMBOLS,
    PER_GWP_SET,
    PLOT_SYMBOLS,
    REGISTER_SYMBOLS,
    STAND_SYMBOLS,
    STANDARD_SYMBOLS,
    bounded,
)
from openccer.mrv.methodologies.terms import AS_PUBLISHED, each, summed, whole
from openccer.mrv.sheet import (
    Disagreement,
    Equation,
    Known,
    Parameter,
    Sheet,
    Standing,
    Value,
    power,
)
from openccer.mrv.tables.load import Pair, Species, shipped_biomass
from openccer.rulebook.model import Title

SOURCE = (
    "Bijie forest carbon certificate method V01 (2022-01), reprinting AR-CM-001-V01, AR-CM-003-V01 "
    "and the 2014 afforestation guide"
)
HIGHEST_ERROR = Fraction(30)  # from here on no credit: add plots


# --- stock --------------------------------------------------------------------------------------


def stand_biomass(volume: Value, wd: Value, bef: Value, r: Value) -> Any:
    """L5: B = V x WD x BEF x (1 + R) [t d.m./ha, or t d.m. of a total volume].

    volume   V    stem volume                    [m3/ha or m3]
    wd       WD   wood density                   [t d.m./m3]
    bef      BEF  whole shoot to stem            [1]
    r        R    roots to shoot                 [1]
    """
    return each(lambda v, d, f, s: v * d * f * (1 + s), volume, wd, bef, r)


def shoot_by_pair(volume: Value, a: Value, b: Value) -> Any:
    """L4, above ground: a x V^b [t d.m./ha], V the stem volume [m3/ha]."""
    return each(lambda v, x, y: x * power(v, y), volume, a, b)


def with_roots(shoot: Value, r: Value) -> Any:
    """Above ground x (1 + R): the whole tree [the unit of what is above ground]."""
    return each(lambda b, s: b * (1 + s), shoot, r)


def from_trees(shoot_kg: Value, r: Value, trees_per_ha: Value) -> Any:
    """L3: B = f_AB(DBH, H) x (1 + R) x N [t d.m./ha], f_AB in kg a tree, N trees per hectare."""
    return each(lambda b, s, n: b * (1 + s) * n / 1000, shoot_kg, r, trees_per_ha)


def from_plot(tree_kg: Value, r: Value, plot_m2: Fraction) -> Fraction:
    """The trees of a plot, brought to the hectare: sum f_AB x (1 + R) / area [t d.m./ha].

    tree_kg   shoot of every tree   [kg d.m.]
    plot_m2   area of the plot      [m2]
    """
    return Fraction(summed(with_roots(tree_kg, r))) / 1000 * 10_000 / plot_m2


def tree_shoot(dbh: Value, h: Value, a: Value, b: Value, c: Value) -> Any:
    """f_AB = a x DBH^b x H^c [kg d.m. a tree], DBH [cm], H [m]."""
    return each(lambda d, t, x, y, z: x * power(d, y) * power(t, z), dbh, h, a, b, c)


def tree_shoot_by_dbh(dbh: Value, a: Value, b: Value) -> Any:
    """f_AB = a x DBH^b [kg d.m. a tree], DBH [cm]."""
    return each(lambda d, x, y: x * power(d, y), dbh, a, b)


def over_area(per_ha: Value, area_ha: Value) -> Any:
    """Per hectare x area, stratum by stratum."""
    return each(lambda value, area: value * area, per_ha, area_ha)


def carbon(biomass: Value, cf: Value) -> Any:
    """tC = t d.m. x CF."""
    return each(lambda b, c: b * c, biomass, cf)


def co2(carbon_t: Value) -> Any:
    """L2: tCO2 = 44/12 x tC."""
    return each(lambda c: c * CO2_PER_C, carbon_t)


def volume_at(v0: Fraction, growth: Fraction, years: Fraction, harvest: Fraction) -> Fraction:
    """L6: V_t = V_0 + dV x t - harvest [m3/ha]; Disagreement where more was cut than stood."""
    stood = v0 + growth * years
    if harvest > stood:
        raise Disagreement(
            f"harvest {shown(harvest):f} is more than the {shown(stood):f} that stood"
        )
    return stood - harvest


def volume_growth(rate_pct: Fraction, v0: Fraction) -> Fraction:
    """L6: dV = growth rate x V_0 [m3/(ha a)]."""
    return rate_pct / 100 * v0


def default_growth(age: str, speed: str) -> Fraction:
    """Default dV [m3/(ha a)] of table 6, by age (young, middle-aged) and growth (fast, slow)."""
    ages = {"young": "young", "幼龄林": "young", "middle": "middle", "中龄林": "middle"}
    speeds = {"fast": "fast", "速生": "fast", "slow": "slow", "慢生": "slow"}
    found_age = ages.get(age.strip().lower().replace("-", " ").split(" ")[0])
    found_speed = speeds.get(speed.strip().lower().split(" ")[0])
    if found_age is None or found_speed is None:
        raise Disagreement(f"no default growth for {age[:30]!r}, {speed[:30]!r}: measure it")
    return shipped_biomass().constants[f"growth_{found_age}_{found_speed}"].value


# --- change, error, credit ----------------------------------------------------------------------


def stock_change(before: Value, after: Value) -> Fraction:
    """sum over strata of C_t2 - C_t1 [tCO2]; negative when the stock fell."""
    return summed(each(lambda early, late: late - early, before, after))


def per_year(change: Fraction, years: Fraction) -> Fraction:
    """L1: (C_t2 - C_t1) / (t2 - t1) [tCO2/a]."""
    if years <= 0:
        raise Disagreement("t2 is not after t1: a change needs two different days")
    return change / years


def deduction_class(relative_error_pct: Fraction) -> Fraction | None:
    """Deduction [%] by the relative error [%] at 90 %; None: no credit until plots are added.

    Up to 10 none, below 20 6 %, below 30 11 %. Exactly 20 is a hole of the printed table: the
    higher class is taken.
    """
    if relative_error_pct <= 10:
        return Fraction(0)
    if relative_error_pct < 20:
        return Fraction(6)
    return Fraction(11) if relative_error_pct < HIGHEST_ERROR else None


def deduction(relative_error_pct: Value) -> Any:
    """The deduction of each relative error [%]."""
    return each(deduction_class, relative_error_pct)


def signed_factor(deduction_pct: Fraction | None, change: Fraction) -> Fraction | None:
    """The factor as the table prints it [%]: negative when the stock fell, so the loss grows."""
    if deduction_pct is None:
        return None
    return -deduction_pct if change < 0 else deduction_pct


def adjusted(change: Fraction, factor_pct: Fraction | None) -> Fraction | None:
    """The change less |change| x |factor|: a gain shrinks, a loss grows, whatever the sign given.

    change       [tCO2]
    factor_pct   deduction [%]; None where plots must be added: then there is no number
    """
    if factor_pct is None:
        return None
    return change - abs(change) * abs(factor_pct) / 100


def adjusted_as_stated(
    change: Fraction, factor_pct: Fraction | None, deduction_pct: Fraction | None
) -> Fraction | None:
    """The same with a factor that was stated: Disagreement where the table deducts more."""
    if deduction_pct is None:
        return None
    if factor_pct is not None and abs(factor_pct) < deduction_pct:
        raise Disagreement(f"factor_pct is below the {deduction_pct} % of the table")
    return adjusted(change, factor_pct)


def fire(
    burnt_ha: Value,
    shoot_t_ha: Value,
    comf: Fraction,
    ef_ch4: Fraction,
    ef_n2o: Fraction,
    gwp_ch4: Fraction,
    gwp_n2o: Fraction,
) -> Fraction:
    """L7: sum A x B_AGB x COMF x (EF_CH4 GWP_CH4 + EF_N2O GWP_N2O) x 0.001 [tCO2e].

    burnt_ha         A_burn   area burnt, stratum by stratum                    [ha]
    shoot_t_ha       B_AGB    above ground at the last verification             [t d.m./ha]
    comf             COMF     share that burns                                  [1]
    ef_ch4, ef_n2o            gas of each unit burnt                            [g/kg d.m.]
    gwp_ch4, gwp_n2o                                                            [tCO2e/t]
    """
    burnt = summed(each(lambda area, shoot: area * shoot, burnt_ha, shoot_t_ha))
    return burnt * comf * (ef_ch4 * gwp_ch4 + ef_n2o * gwp_n2o) / 1000


def fire_by_sets(
    burnt_ha: Value,
    shoot_t_ha: Value,
    comf: Fraction,
    ef_ch4: Fraction,
    ef_n2o: Fraction,
    gwp_sets: tuple[Any, ...],
) -> Any:
    """L7 once for every named pair of GWPs (CH4, N2O) [tCO2e]."""
    found = []
    for name, pair in gwp_sets:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise Disagreement(f"gwp_sets.{name}: give two numbers, of CH4 and of N2O")
        found.append((name, fire(burnt_ha, shoot_t_ha, comf, ef_ch4, ef_n2o, *pair)))
    return tuple(found)


def nothing(_: Value) -> Fraction:
    """Zero: a surface fire, or the first verification, where no stock is known that burnt."""
    return Fraction(0)


def credit(change: Fraction | None, fire_t: Fraction) -> Fraction | None:
    """L8: dC - GHG_E [tCO2e]; leakage is zero in the source. None where plots must be added."""
    return None if change is None else change - fire_t


def whole_credit(credit_t: Fraction | None) -> Fraction | None:
    """The credit cut down to whole tonnes, a loss to zero; None where there is none."""
    return None if credit_t is None else whole(credit_t)


# --- the sheet ----------------------------------------------------------------------------------


def _of_species(key: str) -> Callable[[Value], Value]:
    def look_up(name: Value) -> Any:
        return each(lambda one: _species_value(str(one), key), name)

    look_up.__doc__ = f"{key} of the species, from the tables of the source."
    return look_up


def _species_value(name: str, key: str) -> Fraction:
    found: Species | None = shipped_biomass().species_named(name)
    if found is None or key not in found.values:
        raise Disagreement(f"no {key} is known for {name[:40]!r}: give {key}")
    return found.values[key].value


def shoot_of_species(name: Value, volume: Value) -> Any:
    """L4 with the pair of table 2 that covers the species [t d.m./ha], volume in m3/ha."""
    return each(_shoot_of_species, name, volume)


def _shoot_of_species(name: str, volume: Fraction) -> Fraction:
    found: Pair | None = shipped_biomass().pair_named(name)
    if found is None:
        raise Disagreement(f"no pair a, b covers {name[:40]!r}: give a and b, or WD and BEF")
    return found.a.value * power(volume, found.b.value)


def _one_set(name: str) -> Callable[[tuple[Any, ...]], Value]:
    def pick(sets: tuple[Any, ...]) -> Any:
        found = [value for key, value in sets if key.lower() == name.lower()]
        if not found:
            raise Disagreement(f"gwp_sets has no {name}")
        return found[0]

    pick.__doc__ = f"L7 with the GWPs called {name} [tCO2e]."
    return pick


def _in_table(key: str, *labels: Known) -> Callable[[Mapping[str, Any]], bool]:
    """Has every species given a value of this name so labelled? Else it must be given itself."""

    def when(known: Mapping[str, Any]) -> bool:
        found = [shipped_biomass().species_named(name) for name in _names(known)]
        values = [one.values.get(key) if one else None for one in found]
        return all(value is not None and value.known in labels for value in values)

    return when


def _has_pair(known: Mapping[str, Any]) -> bool:
    """Does a pair cover every species given, and is none given itself?"""
    found = [shipped_biomass().pair_named(name) for name in _names(known)]
    return "a" not in known and all(one is not None for one in found)


def _names(known: Mapping[str, Any]) -> list[str]:
    names = known.get("species")
    return [str(one) for one in (names if isinstance(names, tuple) else (names,))]


def _unless(*names: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda known: not any(name in known for name in names)


def _first(known: Mapping[str, Any]) -> bool:
    return known.get("first_verification") is True or known.get("verification_number") == 1


def _surface(known: Mapping[str, Any]) -> bool:
    kind = str(known.get("fire_kind", "")).lower()
    return known.get("surface_fire") is True or "surface" in kind or "地表" in kind


def _burns(known: Mapping[str, Any]) -> bool:
    """An area without another name is the burnt one only where the input speaks of a fire."""
    return not {"area_burnt_ha"} & known.keys() and bool({"GWP_CH4", "gwp_sets"} & known.keys())


def _equation(
    number: str,
    gives: str,
    takes: str,
    compute: Callable[..., Value],
    when: Callable[[Mapping[str, Any]], bool] = lambda known: True,
) -> Equation:
    return Equation(
        number=number,
        gives=gives,
        takes=tuple(takes.split()),
        compute=compute,
        cites=(AS_PUBLISHED,),
        when=when,
    )


# A value read in the source first; one from memory is used too, and labelled.
_LOOKUPS = tuple(
    replace(
        _equation(number, key, "species", _of_species(key), _in_table(key, *labels)), known=known
    )
    for key in ("WD", "BEF", "R", "CF")
    for number, known, labels in (
        ("tables", Known.READ, (Known.READ,)),
        ("tables, from memory", Known.OWN, tuple(Known)),
    )
)
STAND: tuple[Equation, ...] = (
    *_LOOKUPS,
    _equation("L3", "tree_agb_kg", "DBH H tree_a tree_b tree_c", tree_shoot),
    _equation("L3", "tree_agb_kg", "DBH tree_a tree_b", tree_shoot_by_dbh, _unless("H", "tree_c")),
    # Beside a diameter, a and b are those of a tree; elsewhere those of a stand.
    _equation("L3", "tree_agb_kg", "DBH H a b tree_c", tree_shoot),
    _equation("L3", "tree_agb_kg", "DBH a b", tree_shoot_by_dbh, _unless("H", "tree_c")),
    _equation("L3", "biomass_t_ha", "tree_agb_kg R trees_per_ha", from_trees),
    _equation("L3", "biomass_t_ha", "tree_agb_kg R plot_area_m2", from_plot),
    _equation(
        "table 6", "dV", "age_class growth_class", default_growth, _unless("growth_rate_pct")
    ),
    _equation("L6", "dV", "growth_rate_pct V_0", volume_growth),
    _equation("L6", "V_t", "V_0 dV t harvest", volume_at),
    _equation(
        "L6",
        "V_t",
        "V_0 dV t",
        lambda v0, growth, years: volume_at(v0, growth, years, Fraction(0)),
        _unless("harvest"),
    ),
    _equation("L6", "V", "V_t", lambda volume: volume),
    _equation("L5", "biomass_t_ha", "V WD BEF R", stand_biomass, _unless("a", "AGB")),
    _equation("L5", "biomass_t", "V_total WD BEF R", stand_biomass),
    _equation("L4", "AGB", "V a b", shoot_by_pair),
    _equation("L4", "biomass_t_ha", "AGB R", with_roots),
    _equation("L4", "AGB", "species V", shoot_of_species, _has_pair),
    _equation("L2", "carbon_t_ha", "biomass_t_ha CF", carbon),
    _equation("L2", "co2_t_ha", "carbon_t_ha", co2),
    _equation("L2", "biomass_t", "biomass_t_ha area_ha", over_area),
    _equation("L2", "carbon_t", "biomass_t CF", carbon),
    _equation("L2", "co2_t", "carbon_t", co2),
    _equation("L2", "co2_total_t", "co2_t", summed),
)


def _standard(key: str) -> Callable[[Fraction, Fraction], Fraction]:
    def value(dbh: Fraction, h: Fraction) -> Fraction:
        return by_function(shipped_biomass().functions[key], dbh, h)

    value.__doc__ = f"{key} = a x D^b x H^c of the standard model, D [cm], H [m]."
    return value


def _design(known: Mapping[str, Any]) -> bool:
    """In a sampling design `t` is Student's t; elsewhere it is the years between."""
    return "t" in known and "s" in known and "t_val" not in known


# The function of the stem is of an unnamed species, and its unit was inferred: never a default.
STANDARD: tuple[Equation, ...] = tuple(
    replace(one, known=Known.UNSURE)
    for one in (
        _equation("standard", "V_tree", "DBH H", _standard("V")),
        _equation("standard", "BCF", "DBH H", _standard("BCF")),
        _equation("standard", "RSR_tree", "DBH H", _standard("RSR")),
        _equation("standard", "tree_kg", "V_tree BCF RSR_tree", lambda v, f, r: v * f * (1 + r)),
    )
)
DESIGN: tuple[Equation, ...] = tuple(
    replace(one, known=Known.OWN)
    for one in (
        _equation("plots", "n", "plots", plots.number_of_plots),
        _equation("plots", "plot_mean", "plots", plots.mean_of_plots),
        _equation("plots", "s2", "plots", plots.variance_of_plots),
        _equation("plots", "s", "s2", plots.deviation),
        _equation("plots", "w", "area_ha", plots.weights),
        _equation("plots", "w", "plot_mean", lambda _: Fraction(1), _unless("area_ha")),
        _equation("plots", "mean_ha", "w plot_mean", plots.weighted_mean),
        _equation("plots", "df", "n", plots.degrees),
        _equation("design", "t_val", "t", lambda t: t, _design),
        _equation("plots", "t_val", "df", plots.t_value),
        _equation("plots", "se", "w s2 n", plots.standard_error),
        _equation(
            "plots",
            "uncertainty_pct",
            "t_val se mean_ha",
            lambda t, se, mean: plots.uncertainty(t, se, mean) * 100,
        ),
        _equation("design", "E", "target_pct mean_ha", plots.error_aimed_at),
        _equation("design", "n_needed", "w s E t_val", plots.plots_needed),
        _equation(
            "design", "n_needed", "w s E", plots.plots_needed, _unless("t_val", "t", "plots")
        ),
        _equation("design", "n", "n_needed", lambda n: n, _unless("plots")),
        _equation("design", "n_proportional", "n_needed w", plots.shared_by),
        _equation("design", "n_neyman", "n_needed w s", plots.shared_by_spread),
    )
)
CHANGE: tuple[Equation, ...] = (
    _equation("L1", "t", "t1 t2", lambda early, late: late - early),
    _equation("L1", "t", "crediting_years C_t1", lambda years, _: years, _unless("t1")),
    _equation("L6", "t", "crediting_years V_0", lambda years, _: years, _unless("t1")),
    _equation("L1", "change_t", "C_t1 C_t2", stock_change),
    _equation("L1", "annual_change_t", "change_t t", per_year),
    _equation("table 3", "deduction_pct", "uncertainty_pct", deduction),
    _equation("table 3", "factor_pct", "deduction_pct change_t", signed_factor),
    _equation("table 3", "adjusted_t", "change_t factor_pct deduction_pct", adjusted_as_stated),
    _equation("table 3", "adjusted_t", "change_t factor_pct", adjusted, _unless("uncertainty_pct")),
)
FIRE: tuple[Equation, ...] = (
    _equation("L7", "area_burnt_ha", "area_ha", lambda area: area, _burns),
    _equation("L7", "GHG_E", "first_verification", nothing, _first),
    _equation("L7", "GHG_E", "verification_number", nothing, _first),
    _equation("L7", "GHG_E", "fire_kind", nothing, _surface),
    _equation("L7", "GHG_E", "surface_fire", nothing, _surface),
    _equation("L7", "GHG_E", "area_burnt_ha AGB COMF EF_CH4 EF_N2O GWP_CH4 GWP_N2O", fire),
)
CREDIT: tuple[Equation, ...] = (
    _equation("L7", "t_gwp_sets", "area_burnt_ha AGB COMF EF_CH4 EF_N2O gwp_sets", fire_by_sets),
    *(
        _equation("L7", f"t_{name.lower()}", "t_gwp_sets", _one_set(name), when)
        for name in PER_GWP_SET
        for when in [
            lambda known, name=name: any(
                key.lower() == name.lower() for key, _ in known.get("gwp_sets", ())
            )
        ]
    ),
    _equation("L8", "credit_t", "adjusted_t GHG_E", credit),
    _equation(
        "L8", "credit_t", "change_t GHG_E", credit, _unless("uncertainty_pct", "deduction_pct")
    ),
    _equation("L8", "credited_t", "credit_t", whole_credit),
)


def _shipped(key: str, symbol_id: str) -> Parameter:
    found = shipped_biomass().constants[key]
    return Parameter(symbol=symbol_id, value=found.value, known=found.known, source=found.source)


FIRE_PARAMETERS = tuple(_shipped(key, key) for key in ("COMF", "EF_CH4", "EF_N2O"))

TARGET = Parameter(
    symbol="target_pct",
    value=Fraction(10),
    known=Known.READ,
    source="relative error of 10 % at 90 % confidence, as the source aims at",
)

SHEET = Sheet(
    code="AR-CM-001/003 lineage",
    title=Title("造林与森林经营碳汇（原备案方法学系列）", "Afforestation, old series of methods"),
    standing=Standing.ANALOGUE,
    source=SOURCE,
    missing=None,
    names=("AR-CM-001", "AR-CM-003", "AR-CM-001/003", "AR-CM-001-V01", "AR-CM-003-V01"),
    symbols=(
        *bounded(STAND_SYMBOLS),
        *PLOT_SYMBOLS,
        *STANDARD_SYMBOLS,
        *CHANGE_SYMBOLS,
        *bounded(FIRE_SYMBOLS),
        *CREDIT_SYMBOLS,
        *REGISTER_SYMBOLS,
    ),
    parameters=(*FIRE_PARAMETERS, TARGET),
    equations=(*STAND, *STANDARD, *DESIGN, *CHANGE, *FIRE, *CREDIT, *register.EQUATIONS),
)
