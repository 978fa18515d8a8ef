"""A forest measured once or more: stock by plot, stratum and project, change, design, credit.

Start at `inventory`. Whatever is wrong in the files is told at once (`ForestError`), with file and
line; then there is no number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from openccer.kernel.calendar import Period
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.forest.growth import odd_growth
from openccer.monitoring.forest.mapping import ForestMapping, PeriodPart, Ratio, read_forest
from openccer.monitoring.forest.rows import read_table
from openccer.monitoring.forest.trees import Faults, listed_plots, models_of, plots_with_trees
from openccer.mrv.allometry import CO2_PER_C
from openccer.mrv.case_model import Finding
from openccer.mrv.forest import (
    ForestError,
    Plot,
    SpeciesModel,
    Stock,
    not_above_any_forest,
    project_stock,
    stock_of,
)
from openccer.mrv.forest_period import (
    Burnt,
    Change,
    FireFactors,
    Settled,
    change_of_same_plots,
    change_of_stocks,
    fire_emissions,
    monitoring_period,
    period_change,
    settle,
)
from openccer.mrv.forest_pools import (
    MISSING,
    Pooled,
    Pools,
    Share,
    default_share,
    not_counted,
    pooled,
)
from openccer.mrv.sampling import Estimate, Stratum, neyman, plots_needed, proportional, root
from openccer.mrv.sheet import Known
from openccer.rulebook.model import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One measurement of all plots. `stock` holds every counted pool, `trees` the trees alone."""

    name: str
    digest: str
    plots: tuple[Plot, ...]
    trees: Stock
    pools: dict[str, Pooled]
    stock: Stock
    left_out: int  # trees that do not count, as the forest file says


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """What changed between two measurements; `estimate` where the plots are the same."""

    before: str
    after: str
    estimate: Estimate | None
    change: Change
    days: Period | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """How many plots the stated precision asks for, and how they may be shared."""

    relative_error: Fraction
    plots: int
    neyman: dict[str, int]
    proportional: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    mapping: ForestMapping
    digest: str  # of the forest file
    measured: tuple[Measured, ...]
    changes: tuple[Between, ...]
    settled: Settled | None
    needed: Needed | None
    findings: tuple[Finding, ...]


def inventory(
    files: Sequence[Path], forest: Path, plot_files: Sequence[Path], book: Rulebook
) -> Inventory:
    """Everything that follows from the files, oldest measurement first.

    plot_files   none, one for all measurements, or one for each
    MeterFileError for a file that cannot be read, ForestError for what stands in it.
    """
    mapping, digest = read_forest(forest)
    _fits(mapping, len(files), plot_files, forest.name)
    faults = Faults()
    models = models_of(mapping.species, faults, forest.name)
    pools = Pools(
        dead_wood=_share(mapping.pools.dead_wood, "DW"), litter=_share(mapping.pools.litter, "LI")
    )
    measured = []
    for at, path in enumerate(files):
        plots_at = plot_files[min(at, len(plot_files) - 1)] if plot_files else None
        plots, left_out = _read(path, plots_at, mapping, models, faults)
        try:
            measured.append(_measured(path, plots, left_out, mapping, models, pools))
        except ForestError as error:
            faults.found += error.findings
    if faults.found:
        raise ForestError(_once(faults.found))
    changes = _changes(measured, mapping, book)
    return Inventory(
        mapping=mapping,
        digest=digest,
        measured=tuple(measured),
        changes=tuple(changes),
        settled=settle([one.change for one in changes]) if changes else None,
        needed=_needed(measured[-1].stock, mapping),
        findings=tuple(_findings(measured, changes, mapping)),
    )


def _fits(mapping: ForestMapping, files: int, plot_files: Sequence[Path], name: str) -> None:
    """MeterFileError where the forest file and what was handed in do not go together."""
    if len(plot_files) not in (0, 1, files):
        detail = f"{len(plot_files)} files of plots for {files} of trees: give none, one, or each"
        raise MeterFileError("forest-invalid", name, {"key": "plots", "detail": detail})
    if plot_files and (mapping.plots.plot is None or mapping.plots.stratum is None):
        detail = "a file of plots was given: name its columns plot and stratum"
        raise MeterFileError("forest-invalid", name, {"key": "plots", "detail": detail})
    if not plot_files and mapping.trees.stratum is None:
        detail = "without a file of plots every tree must say its stratum: name the column"
        raise MeterFileError("forest-invalid", name, {"key": "trees.stratum", "detail": detail})
    if mapping.periods and len(mapping.periods) != files - 1:
        detail = f"{len(mapping.periods)} periods between {files} measurements"
        raise MeterFileError("forest-invalid", name, {"key": "periods", "detail": detail})


def _share(said: Ratio | None, pool: str) -> Share | None:
    if said is None:
        return None
    if said.default is not None:
        return default_share(pool, said.default)
    assert said.ratio is not None, "the mapping asks for one of the two"
    assert said.source is not None, "the mapping asks for it with a ratio"
    return Share(value=said.ratio, known=Known.READ, source=said.source)


def _read(
    path: Path,
    plots_at: Path | None,
    mapping: ForestMapping,
    models: dict[str, SpeciesModel],
    faults: Faults,
) -> tuple[list[Plot], int]:
    said = mapping.plots
    listed = None
    if plots_at is not None:
        table = read_table(plots_at, encoding=said.encoding, sheet=said.sheet)
        listed = listed_plots(table, said, faults)
    trees = read_table(path, encoding=mapping.trees.encoding, sheet=mapping.trees.sheet)
    return plots_with_trees(trees, mapping, listed, models, faults)


def _measured(
    path: Path,
    plots: list[Plot],
    left_out: int,
    mapping: ForestMapping,
    models: dict[str, SpeciesModel],
    pools: Pools,
) -> Measured:
    areas = {one.name: one.area_ha for one in mapping.strata}
    trees = project_stock(plots, areas, models)
    parts = {plot.id: pooled(plot, trees.plots_tc_ha[plot.id], pools) for plot in plots}
    for plot in plots:
        not_above_any_forest(plot, parts[plot.id].total)
    total = stock_of(plots, areas, {name: one.total for name, one in parts.items()})
    return Measured(
        name=path.name,
        digest=sha256(path.read_bytes()).hexdigest(),
        plots=tuple(plots),
        trees=trees,
        pools=parts,
        stock=total,
        left_out=left_out,
    )


def _once(found: Sequence[Finding]) -> list[Finding]:
    return list(dict.fromkeys(found))


# --- change -------------------------------------------------------------------------------------


def _changes(measured: Sequence[Measured], mapping: ForestMapping, book: Rulebook) -> list[Between]:
    parts = mapping.periods or (PeriodPart(first_verification=False),) * (len(measured) - 1)
    return [
        _between(before, after, part, mapping, book)
        for (before, after), part in zip(pairwise(measured), parts, strict=True)
    ]


def _between(
    before: Measured, after: Measured, part: PeriodPart, mapping: ForestMapping, book: Rulebook
) -> Between:
    days = None
    if part.days is not None:
        said = part.days
        crediting = Period(said.crediting_first, said.crediting_last)
        rules = book.on(said.applied)
        days = monitoring_period(said.first, said.last, said.applied, crediting, rules)
    estimate = None
    if mapping.change == "same plots":
        estimate = change_of_same_plots(before.stock, after.stock)
        change_t = estimate.total
    else:
        change_t = change_of_stocks(before.stock.estimate, after.stock.estimate)
    return Between(
        before=before.name,
        after=after.name,
        estimate=estimate,
        change=period_change(
            change_t * CO2_PER_C, after.stock.estimate.relative_error, _fires(part, mapping)
        ),
        days=days,
    )


def _fires(part: PeriodPart, mapping: ForestMapping) -> Fraction:
    if not part.fires or mapping.fire_factors is None:
        return Fraction(0)
    burnt = [
        Burnt(
            stratum=one.stratum,
            area_ha=one.area_ha,
            shoot_t_ha=one.shoot_t_ha,
            surface=one.surface,
        )
        for one in part.fires
    ]
    strata = {one.name: one.area_ha for one in mapping.strata}
    wrong = [_burnt_nowhere(one) for one in burnt if one.area_ha > strata.get(one.stratum, 0)]
    if wrong:
        raise ForestError(wrong)
    factors = FireFactors(**dict(mapping.fire_factors))
    return fire_emissions(burnt, factors, first_verification=part.first_verification)


def _burnt_nowhere(one: Burnt) -> Finding:
    return Finding(
        "fire-impossible",
        f"第 {one.stratum} 层：过火面积大于该层面积，或没有此层",
        f"stratum {one.stratum}: more burnt than it has, or no such stratum",
    )


def difference_error(before: Estimate, after: Estimate) -> Fraction:
    """Standard error of the difference of two independent totals [tC]."""
    return root(
        (before.standard_error * before.area_ha) ** 2 + (after.standard_error * after.area_ha) ** 2
    )


# --- design and findings ------------------------------------------------------------------------


def _needed(stock: Stock, mapping: ForestMapping) -> Needed | None:
    if mapping.design is None or stock.estimate.mean <= 0:
        return None
    strata = [
        Stratum(name=one.name, area_ha=one.area_ha, mean=one.mean, deviation=root(one.variance))
        for one in stock.samples
    ]
    count = plots_needed(strata, mapping.design.relative_error, mapping.design.t)
    return Needed(
        relative_error=mapping.design.relative_error,
        plots=count,
        neyman=neyman(strata, count),
        proportional=proportional(strata, count),
    )


def _findings(
    measured: Sequence[Measured], changes: Sequence[Between], mapping: ForestMapping
) -> list[Finding]:
    found = [finding for one in measured for finding in one.trees.findings]
    found += [_left_out(one) for one in measured if one.left_out]
    found += _assumed(mapping)
    found += [finding for one in changes for finding in one.change.findings]
    for before, after in pairwise(measured):
        found += odd_growth(before.plots, after.plots)
    if mapping.trees.tree is None:
        found.append(
            Finding(
                "trees-without-numbers",
                "林木没有编号：无法发现重复记录",
                "the trees have no numbers: one counted twice cannot be found",
            )
        )
    lacking = not_counted([one for each in measured for one in each.pools.values()])
    if lacking:
        names = {"dead_wood": ("枯死木", "dead wood"), "litter": ("枯落物", "litter")}
        zh = "、".join(names[one][0] for one in lacking)
        en = ", ".join(names[one][1] for one in lacking)
        found.append(
            Finding(
                "pools-not-counted",
                f"未计入：{zh}。{MISSING.zh}",
                f"not counted: {en}. {MISSING.en}",
            )
        )
    if mapping.k_risk is None:
        found.append(
            Finding(
                "no-non-permanence-deduction",
                "未扣减非持久性风险：CCER-14-001 的 K_RISK 未读到，须给出 k_risk",
                "no deduction for non-permanence: K_RISK of CCER-14-001 was not read; give k_risk",
            )
        )
    return _once(found)


def _left_out(one: Measured) -> Finding:
    return Finding(
        "trees-left-out",
        f"按映射未计入 {one.left_out} 株林木",
        f"{one.left_out} trees were left out, as the forest file says",
        one.name,
    )


def _assumed(mapping: ForestMapping) -> list[Finding]:
    """Every equation and share that was not read in a source, with how it is known."""
    found = [
        (part.names[0], part.equation.known, part.equation.source)
        for part in mapping.species
        if part.equation.known is not Known.READ
    ]
    for name, said, pool in (
        ("枯死木 dead wood", mapping.pools.dead_wood, "DW"),
        ("枯落物 litter", mapping.pools.litter, "LI"),
    ):
        share = _share(said, pool)
        if share is not None and share.known is not Known.READ:
            found.append((name, share.known, share.source))
    return [
        Finding(
            "not-read",
            f"{name}：{known.value}（未读到来源）：{source}",
            f"{name}: {known.value}, not read in its source: {source}",
        )
        for name, known, source in found
    ]
