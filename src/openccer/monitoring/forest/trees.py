"""From the rows of a file to plots: every cell read strictly, every fault told with its line."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from statistics import median

from openccer.kernel.quantity import decimal_from
from openccer.monitoring.forest.mapping import (
    PER_HA,
    ForestMapping,
    Plots,
    SpeciesPart,
    Where,
)
from openccer.monitoring.forest.rows import Row, Table
from openccer.mrv.allometry import TreeEquation
from openccer.mrv.case_model import Finding
from openccer.mrv.exact import shown
from openccer.mrv.forest import KG_PER_T, Plot, SpeciesModel, Tree
from openccer.mrv.tables.load import shipped_biomass

# Height over diameter, both in m, of the middle tree of a file: 70 in Rhode Island; 7 when mm
# were read as cm, 700 when heights in dm were read as m.
MIDDLE_SHAPE = (Fraction(15), Fraction(350))
ENOUGH = 5  # trees of a species that tell what the others are like
TEN_TIMES = 8  # a slip of the decimal point, with room for a tree somewhat thinner than the middle


class Faults:
    """Collects every fault of a file, each with its place."""

    def __init__(self) -> None:
        self.found: list[Finding] = []

    def add(self, code: str, place: str, zh: str, en: str) -> None:
        self.found.append(Finding(code, zh, en, place))

    def number(self, row: Row, column: str, *, may_be_empty: bool = False) -> Fraction | None:
        """The number in the cell; None, and a fault, where there is none."""
        text = row.cells[column]
        if not text and may_be_empty:
            return None
        try:
            return Fraction(decimal_from(text))
        except ValueError:
            said = text[:30] or "—"
            self.add(
                "not-a-number",
                row.place,
                f"{column}：{said} 不是数值；请填写实测值",
                f"{column}: {said} is no number; give what was measured",
            )
            return None


def models_of(parts: Iterable[SpeciesPart], faults: Faults, place: str) -> dict[str, SpeciesModel]:
    """A model by every name of every species; a fault where the table lacks what it needs."""
    found: dict[str, SpeciesModel] = {}
    for part in parts:
        model = _model(part, faults, place)
        if model is not None:
            found |= dict.fromkeys(part.names, model)
    return found


def _model(part: SpeciesPart, faults: Faults, place: str) -> SpeciesModel | None:
    equation = part.equation
    factor = Fraction(1, 1000) if equation.gives in ("g", "dm3") else Fraction(1)
    r, cf = equation.r, part.cf
    if part.table is not None:
        species = shipped_biomass().species_named(part.table)
        values = species.values if species else {}
        volume = equation.gives in ("m3", "dm3")
        needed = [*(("WD", "BEF", "R") if volume else ()), *(("CF",) if cf is None else ())]
        lacking = [key for key in needed if key not in values]
        if lacking:
            text = ", ".join(lacking)
            faults.add(
                "species-not-in-table",
                place,
                f"{part.names[0]}：表中没有 {part.table} 的 {text}；请直接给出",
                f"{part.names[0]}: the table has no {text} of {part.table}; give it yourself",
            )
            return None
        if volume:  # L5: B = V x WD x BEF x (1 + R), V in m3 and B in kg
            factor *= values["WD"].value * values["BEF"].value * KG_PER_T
            r = values["R"].value
        cf = values["CF"].value if cf is None else cf
    assert cf is not None, "the mapping asks for cf or a table"
    return SpeciesModel(
        equation=TreeEquation(
            id=part.names[0],
            form=equation.form,
            a=equation.a,
            b=equation.b,
            c=equation.c,
            d=equation.d,
            factor=factor,
            r=r,
            least_cm=equation.least_cm,
            most_cm=equation.most_cm,
            source=equation.source,
            known=equation.known,
        ),
        cf=cf,
    )


def joined(row: Row, columns: Sequence[str]) -> str:
    """What the columns together name; "" where one of them is empty."""
    cells = [row.cells[column] for column in columns]
    return "-".join(cells) if all(cells) else ""


def chosen(table: Table, where: Where) -> list[Row]:
    """The rows that count."""
    return [row for row in table.rows if all(row.cells[name] in where[name] for name in where)]


def _is_left_out(row: Row, leave_out: Where) -> bool:
    return any(row.cells[name] in leave_out[name] for name in leave_out)


# --- plots --------------------------------------------------------------------------------------


def listed_plots(table: Table, said: Plots, faults: Faults) -> dict[str, Plot]:
    """The plots of the plot file, still without trees."""
    assert said.plot is not None, "a plot file needs its column"
    assert said.stratum is not None, "a plot file needs its column"
    area = [said.area.column] if said.area else []
    pools = [one.column for one in (said.dead_wood, said.litter) if one]
    table.needs([*said.plot, said.stratum, *area, *pools, *said.where])
    found: dict[str, Plot] = {}
    for row in chosen(table, said.where):
        name, stratum = joined(row, said.plot), row.cells[said.stratum]
        if not name or not stratum:
            _empty(faults, row, "plot, stratum")
            continue
        if name in found:
            _twice(faults, row, name, stratum, found[name])
            continue
        found[name] = _plot(row, name, stratum, said, faults)
    return found


def _plot(row: Row, name: str, stratum: str, said: Plots, faults: Faults) -> Plot:
    area = said.area_m2
    if said.area is not None:
        value = faults.number(row, said.area.column)
        area = None if value is None else value * said.area.m2
    pools: dict[str, Fraction | None] = {}
    for pool, part in (("dead_wood_tc_ha", said.dead_wood), ("litter_tc_ha", said.litter)):
        value = faults.number(row, part.column) if part else None
        if part and value is not None and value < 0:
            faults.add(
                "pool-below-zero",
                row.place,
                f"{part.column}：{shown(value):f}，不可能为负",
                f"{part.column}: {shown(value):f} cannot be below zero",
            )
        pools[pool] = None if part is None or value is None else value * part.tc_ha
    return Plot(
        id=name,
        stratum=stratum,
        area_m2=Fraction(1) if area is None else area,  # a fault was told where there is none
        trees=(),
        place=row.place,
        **pools,
    )


def _twice(faults: Faults, row: Row, name: str, stratum: str, first: Plot) -> None:
    if first.stratum != stratum:
        _two_strata(faults, row, name, stratum, first)
    else:
        faults.add(
            "plot-counted-twice",
            row.place,
            f"样地 {name}：重复（先见于 {first.place}）；保留一份",
            f"plot {name}: given twice (first at {first.place}); keep one",
        )


def _two_strata(faults: Faults, row: Row, name: str, stratum: str, first: Plot) -> None:
    faults.add(
        "plot-in-two-strata",
        row.place,
        f"样地 {name}：此处属第 {stratum} 层，{first.place} 处属第 {first.stratum} 层；改正其一",
        f"plot {name}: in stratum {stratum} here and in {first.stratum} at {first.place}; "
        "correct one of them",
    )


def _empty(faults: Faults, row: Row, what: str) -> None:
    faults.add(
        "cell-empty", row.place, f"{what} 有空格；请填写", f"{what}: a cell is empty; fill it in"
    )


# --- trees --------------------------------------------------------------------------------------


def plots_with_trees(
    table: Table,
    mapping: ForestMapping,
    listed: Mapping[str, Plot] | None,
    models: Mapping[str, SpeciesModel],
    faults: Faults,
) -> tuple[list[Plot], int]:
    """Every plot with its trees, and how many trees were left out as the mapping says.

    listed   the plots of the plot file; None: the plots are those of the trees, each with a tree
    """
    said = mapping.trees
    _needed(table, mapping, listed is not None)
    plots = dict(listed or {})
    trees: dict[str, list[Tree]] = defaultdict(list)
    odd: set[tuple[str, str]] = set()
    left_out = 0
    for row in chosen(table, said.where):
        name = joined(row, said.plot)
        if not name or not row.cells[said.species]:
            _empty(faults, row, "plot, species")
            continue
        if listed is None or said.stratum is not None:
            _place_plot(row, name, mapping, plots, odd, faults, may_add=listed is None)
        if name not in plots:
            if said.unlisted == "leave out":
                left_out += 1
            else:
                _unlisted(faults, row, name)
            continue
        if _is_left_out(row, said.leave_out):
            left_out += 1
            continue
        tree = _tree(row, mapping, len(trees[name]) + 1, faults)
        if tree is not None:
            trees[name].append(tree)
    found = [_with(plot, trees[plot.id]) for plot in plots.values()]
    _units(found, table.name, models, faults)
    return found, left_out


def _with(plot: Plot, trees: list[Tree]) -> Plot:
    return Plot(
        id=plot.id,
        stratum=plot.stratum,
        area_m2=plot.area_m2,
        trees=tuple(trees),
        dead_wood_tc_ha=plot.dead_wood_tc_ha,
        litter_tc_ha=plot.litter_tc_ha,
        place=plot.place,
    )


def _needed(table: Table, mapping: ForestMapping, listed: bool) -> None:
    said = mapping.trees
    more = [part.column for part in (said.height, said.alive, said.per_ha) if part]
    stratum = [said.stratum] if said.stratum else []
    plots = mapping.plots
    own = [] if listed else [one for one in (plots.area, plots.dead_wood, plots.litter) if one]
    area = [one.column for one in own]
    wanted = [*said.plot, *(said.tree or ()), said.species, said.dbh.column]
    table.needs([*wanted, *stratum, *more, *said.where, *said.leave_out, *area])


def _place_plot(
    row: Row,
    name: str,
    mapping: ForestMapping,
    plots: dict[str, Plot],
    odd: set[tuple[str, str]],
    faults: Faults,
    *,
    may_add: bool,
) -> None:
    """The plot of a tree, in the stratum its row says: one stratum for all rows of a plot."""
    column = mapping.trees.stratum
    assert column is not None, "the reader of both files asks for it"
    stratum = row.cells[column]
    known = plots.get(name)
    if not stratum:
        _empty(faults, row, column)
    elif known is None and may_add:
        plots[name] = _plot(row, name, stratum, mapping.plots, faults)
    elif known is not None and known.stratum != stratum and (name, stratum) not in odd:
        odd.add((name, stratum))
        _two_strata(faults, row, name, stratum, known)


def _unlisted(faults: Faults, row: Row, name: str) -> None:
    faults.add(
        "tree-on-no-plot",
        row.place,
        f"样地 {name} 不在样地表中；请补入，或写明 unlisted: leave out",
        f"plot {name} is not in the file of plots; add it, or write unlisted: leave out",
    )


def _tree(row: Row, mapping: ForestMapping, at: int, faults: Faults) -> Tree | None:
    said = mapping.trees
    alive = said.alive is None or row.cells[said.alive.column] in said.alive.values
    dbh = faults.number(row, said.dbh.column, may_be_empty=not alive)
    height = faults.number(row, said.height.column, may_be_empty=True) if said.height else None
    per_ha = None
    if said.per_ha is not None and alive:
        per_ha = faults.number(row, said.per_ha.column)
        if per_ha is not None and per_ha <= 0:
            faults.add(
                "tree-stands-for-none",
                row.place,
                f"{said.per_ha.column}：须大于零",
                f"{said.per_ha.column}: must be above zero",
            )
        per_ha = None if per_ha is None else per_ha * PER_HA[said.per_ha.unit]
    if dbh is None:
        return None
    return Tree(
        id=joined(row, said.tree) if said.tree else f"#{at}",
        species=row.cells[said.species],
        dbh_cm=dbh * said.dbh.cm,
        h_m=None if height is None or said.height is None else height * said.height.m,
        alive=alive,
        per_ha=per_ha,
        place=row.place,
    )


# --- units --------------------------------------------------------------------------------------


def _units(
    plots: Sequence[Plot], name: str, models: Mapping[str, SpeciesModel], faults: Faults
) -> None:
    """A file whose middle tree has no shape of a tree; a tree far off its species and equation."""
    living = [tree for plot in plots for tree in plot.trees if tree.alive and tree.dbh_cm > 0]
    shapes = [tree.h_m * 100 / tree.dbh_cm for tree in living if tree.h_m is not None]
    if len(shapes) >= ENOUGH and not MIDDLE_SHAPE[0] <= median(shapes) <= MIDDLE_SHAPE[1]:
        text = f"{shown(median(shapes)):.1f}"
        faults.add(
            "unit-of-trees",
            name,
            f"树高与胸径之比的中位数为 {text}，不合常理；请核对 dbh 与 height 的单位",
            f"the middle tree is {text} times as tall as thick, which no stand is; check the units "
            "of dbh and height",
        )
    by_species: dict[str, list[Tree]] = defaultdict(list)
    for tree in living:
        by_species[tree.species].append(tree)
    for species, trees in by_species.items():
        model = models.get(species)
        if model is None or len(trees) < ENOUGH:
            continue
        middle = median(tree.dbh_cm for tree in trees)
        for tree in trees:
            if tree.dbh_cm >= TEN_TIMES * middle and not model.equation.covers(tree.dbh_cm):
                _ten_times(faults, tree, middle)


def _ten_times(faults: Faults, tree: Tree, middle: Fraction) -> None:
    text, usual = f"{shown(tree.dbh_cm):f} cm", f"{shown(middle):f} cm"
    faults.add(
        "tree-ten-times-the-others",
        tree.place,
        f"胸径 {text}，同树种中位数 {usual}；请核对单位与小数点",
        f"a diameter of {text} where the middle of its species is {usual}; check unit and "
        "decimal point",
    )
