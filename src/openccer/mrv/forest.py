"""Trees to plots, plots to strata, strata to a project: stocks of carbon with their error.

A bad input is told with its place and reason, all of them at once (`ForestError`); it never becomes
a number. Basis of what follows from it: the old forestry series and AR-TOOL14, not CCER-14-001.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from openccer.mrv.allometry import (
    CO2_PER_C,
    HIGHEST_STOCK_TC_HA,
    BadTree,
    TreeEquation,
    measured,
    tree_biomass,
)
from openccer.mrv.case_model import Finding
from openccer.mrv.exact import shown
from openccer.mrv.sampling import LEAST_PLOTS, Estimate, Sample, stratified
from openccer.rulebook.model import Title

KG_PER_T = 1000
M2_PER_HA = 10_000


class ForestError(ValueError):
    """What was measured cannot be used. `findings` says where, what is wrong and what to do."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(finding.en for finding in findings))
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """One tree as measured: diameter at breast height [cm], height [m] where it was taken.

    per_ha   trees of a hectare it stands for [1/ha]; None: it stands on the whole plot
    place    file and line, for what is said of it
    """

    id: str
    species: str
    dbh_cm: Fraction
    h_m: Fraction | None = None
    alive: bool = True
    per_ha: Fraction | None = None
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A plot of so many square metres in a stratum, with every tree on it.

    dead_wood_tc_ha, litter_tc_ha   as measured [tC/ha]; None: not measured
    """

    id: str
    stratum: str
    area_m2: Fraction
    trees: tuple[Tree, ...]
    dead_wood_tc_ha: Fraction | None = None
    litter_tc_ha: Fraction | None = None
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeciesModel:
    """How a species is counted: its equation and its carbon fraction [tC/t d.m.]."""

    equation: TreeEquation
    cf: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Carbon of a project: the estimate in tC/ha, the plots it rests on, what was noticed."""

    estimate: Estimate
    plots_tc_ha: Mapping[str, Fraction]
    samples: tuple[Sample, ...]
    findings: tuple[Finding, ...]

    @property
    def total_tco2(self) -> Fraction:
        """C = 44/12 x mean x area [tCO2]."""
        return self.estimate.total * CO2_PER_C


def plot_carbon(plot: Plot, models: Mapping[str, SpeciesModel]) -> Fraction:
    """Carbon of a plot [tC/ha]: its living trees, roots included where the equation has them.

    ForestError with every tree that cannot be, is there twice, or has no equation, and for a plot
    with more carbon than any forest known.
    """
    wrong = [*_plot_faults(plot), *_tree_faults(plot, models)]
    if wrong:
        raise ForestError(wrong)
    whole_plot = M2_PER_HA / plot.area_m2
    kg_ha = sum(
        (
            tree_biomass(models[tree.species].equation, tree.dbh_cm, tree.h_m)
            * models[tree.species].cf
            * (whole_plot if tree.per_ha is None else tree.per_ha)
            for tree in plot.trees
            if tree.alive
        ),
        Fraction(0),
    )
    per_ha = kg_ha / KG_PER_T
    not_above_any_forest(plot, per_ha)
    return per_ha


def not_above_any_forest(plot: Plot, per_ha: Fraction) -> None:
    """ForestError for a plot with more carbon [tC/ha] than any forest known."""
    if per_ha > HIGHEST_STOCK_TC_HA:
        raise ForestError([_too_much(plot, per_ha)])


def project_stock(
    plots: Sequence[Plot], areas_ha: Mapping[str, Fraction], models: Mapping[str, SpeciesModel]
) -> Stock:
    """Stock of a project from its plots, stratum by stratum, with its error at 90 %.

    areas_ha   area of every stratum [ha]; a stratum without plots is refused
    ForestError with everything that is wrong in plots and strata.
    """
    wrong = _stratum_faults(plots, areas_ha)
    found: dict[str, Fraction] = {}
    for plot in plots:
        try:
            found[plot.id] = plot_carbon(plot, models)
        except ForestError as error:
            wrong += error.findings
    if wrong:
        raise ForestError(wrong)
    return stock_of(plots, areas_ha, found, tuple(_outside(plots, models)))


def stock_of(
    plots: Sequence[Plot],
    areas_ha: Mapping[str, Fraction],
    values_tc_ha: Mapping[str, Fraction],
    findings: tuple[Finding, ...] = (),
) -> Stock:
    """The stratified stock of plots whose carbon is known [tC/ha], in the order of the plots."""
    samples = tuple(
        Sample(
            name=name,
            area_ha=area,
            values=tuple(values_tc_ha[plot.id] for plot in plots if plot.stratum == name),
        )
        for name, area in areas_ha.items()
    )
    return Stock(
        estimate=stratified(samples),
        plots_tc_ha=values_tc_ha,
        samples=samples,
        findings=findings,
    )


# --- what is wrong ------------------------------------------------------------------------------


def _plot_faults(plot: Plot) -> list[Finding]:
    if plot.area_m2 > 0:
        return []
    return [
        Finding(
            "plot-without-area",
            f"样地 {plot.id}：面积 {shown(plot.area_m2):f} 平方米；请填写实测面积",
            f"plot {plot.id}: an area of {shown(plot.area_m2):f} m2; give the measured area",
            plot.place,
        )
    ]


def _tree_faults(plot: Plot, models: Mapping[str, SpeciesModel]) -> list[Finding]:
    wrong: list[Finding] = []
    seen: dict[str, Tree] = {}
    for tree in plot.trees:
        place = Title(f"样地 {plot.id} 林木 {tree.id}", f"plot {plot.id}, tree {tree.id}")
        first = seen.setdefault(tree.id, tree)
        if first is not tree:
            before = Title(f"（先见于 {first.place}）", f" (first at {first.place})")
            before = before if first.place else Title("", "")
            wrong.append(
                Finding(
                    "tree-counted-twice",
                    f"{place.zh}：重复计数{before.zh}；保留一条记录",
                    f"{place.en}: counted twice{before.en}; keep one record",
                    tree.place,
                )
            )
        wrong += _measure_faults(tree, place, models)
    return wrong


def _measure_faults(tree: Tree, place: Title, models: Mapping[str, SpeciesModel]) -> list[Finding]:
    try:
        measured(tree.dbh_cm, tree.h_m)
        model = models.get(tree.species)
        if model is None and tree.alive:
            return [
                Finding(
                    "species-without-equation",
                    f"{place.zh}：树种 {tree.species} 没有方程；请给出方程，不以相近树种代替",
                    f"{place.en}: no equation for {tree.species}; give one, none nearby is taken",
                    tree.place,
                )
            ]
        if model is not None and tree.alive:
            tree_biomass(model.equation, tree.dbh_cm, tree.h_m)
    except BadTree as error:
        said = (f"{place.zh}：{error.zh}", f"{place.en}: {error}")
        return [Finding("tree-impossible", *said, tree.place)]
    return []


def _too_much(plot: Plot, per_ha: Fraction) -> Finding:
    text = f"{shown(per_ha):.0f} tC/ha > {shown(HIGHEST_STOCK_TC_HA):f}"
    return Finding(
        "more-carbon-than-any-forest",
        f"样地 {plot.id}：{text}（已知最高的红杉林）；请核对面积、胸径单位与株数",
        f"plot {plot.id}: {text}, the highest forest known; check area, unit of diameter, trees",
        plot.place,
    )


def _stratum_faults(plots: Sequence[Plot], areas_ha: Mapping[str, Fraction]) -> list[Finding]:
    wrong: list[Finding] = []
    counts = {name: sum(plot.stratum == name for plot in plots) for name in areas_ha}
    if not areas_ha:
        wrong.append(
            Finding("no-stratum", "没有分层；请给出各层面积", "no stratum; give the areas")
        )
    for name, count in counts.items():
        if count < LEAST_PLOTS:
            wrong.append(
                Finding(
                    "stratum-with-too-few-plots",
                    f"第 {name} 层：样地 {count} 个，至少 {LEAST_PLOTS} 个；请补设样地",
                    f"stratum {name}: {count} plots, {LEAST_PLOTS} at least; add plots",
                )
            )
        if areas_ha[name] <= 0:
            wrong.append(
                Finding(
                    "stratum-without-area",
                    f"第 {name} 层：面积须大于零",
                    f"stratum {name}: its area must be above zero",
                )
            )
    wrong += _strays(plots, counts)
    return wrong


def _strays(plots: Sequence[Plot], counts: Mapping[str, int]) -> list[Finding]:
    wrong: list[Finding] = []
    seen: set[str] = set()
    for plot in plots:
        if plot.stratum not in counts:
            wrong.append(
                Finding(
                    "plot-in-no-stratum",
                    f"样地 {plot.id}：第 {plot.stratum} 层没有面积",
                    f"plot {plot.id}: no area is given for stratum {plot.stratum}",
                    plot.place,
                )
            )
        if plot.id in seen:
            wrong.append(
                Finding(
                    "plot-counted-twice",
                    f"样地 {plot.id}：重复；保留一份",
                    f"plot {plot.id}: given twice; keep one",
                    plot.place,
                )
            )
        seen.add(plot.id)
    return wrong


def _outside(plots: Iterable[Plot], models: Mapping[str, SpeciesModel]) -> Iterable[Finding]:
    """Living trees outside the diameters their equation was made from: used, and told."""
    for plot in plots:
        odd = [
            tree.id
            for tree in plot.trees
            if tree.alive and not models[tree.species].equation.covers(tree.dbh_cm)
        ]
        if odd:
            named = ", ".join(odd[:5])
            yield Finding(
                "tree-outside-equation",
                f"样地 {plot.id}：{len(odd)} 株胸径超出方程适用范围（{named}）",
                f"plot {plot.id}: {len(odd)} trees outside the range of their equation ({named})",
                plot.place,
            )
