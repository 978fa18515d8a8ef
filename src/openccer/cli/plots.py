"""`openccer plots`: trees measured on plots, to the stock, change and precision of a forest."""

from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.table import Table

from openccer.app.cases import line_record
from openccer.app.uncertainty import uncertainty_record, uncertainty_words
from openccer.cli.options import Json
from openccer.cli.output import REFUSED, emit, err, existing, guarded, out
from openccer.monitoring.forest.inventory import Inventory, Measured, inventory
from openccer.monitoring.forest.working import lines_of
from openccer.mrv.allometry import CO2_PER_C
from openccer.mrv.case_model import Finding
from openccer.mrv.exact import shown
from openccer.mrv.forest import ForestError
from openccer.mrv.model import Line
from openccer.mrv.sampling import student_t
from openccer.mrv.uncertainty import Uncertainty, of_sample
from openccer.rulebook.load import load_cn


@guarded
def plots(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Trees (CSV, XLSX), oldest measurement first."),
    ],
    forest: Annotated[Path, typer.Option("--forest", help="Columns, strata and species, in YAML.")],
    plot_files: Annotated[
        list[Path] | None,
        typer.Option("--plots", help="The plots themselves: one file, or one for each FILE."),
    ] = None,
    drawn: Annotated[
        bool, typer.Option("--uncertainty", help="Draw the sampling error as well.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Stock of a forest by plot, stratum and project, its error, its change, the plots needed."""
    for path in (*files, forest, *(plot_files or ())):
        existing(path, as_json)
    book = load_cn()
    try:
        done = inventory(files, forest, plot_files or (), book)
    except ForestError as error:
        _refuse(error, as_json)
    lines = lines_of(done)
    sure = [_sure(one) for one in done.measured] if drawn else []
    if as_json:
        emit(
            {
                **inventory_record(done),
                "uncertainty": [uncertainty_record(one) for one in sure],
                "lines": [line_record(line, book) for line in lines],
            }
        )
        return
    _print(done, lines)
    for one in sure:
        said = uncertainty_words(one)
        out.print(said.zh, markup=False)
        out.print(said.en, markup=False)


def _refuse(error: ForestError, as_json: bool) -> NoReturn:
    if as_json:
        emit({"refused": [_finding(one) for one in error.findings]})
    for one in error.findings:
        place = f"{one.place}: " if one.place else ""
        err.print(f"refused {one.code}: {place}{one.en}", markup=False)
        err.print(f"  {place}{one.zh}", markup=False)
    raise typer.Exit(REFUSED)


def _sure(one: Measured) -> Uncertainty:
    """The sampling error of the whole stock, by formula and by drawing."""
    found = one.stock.estimate
    return of_sample(
        one.stock.total_tco2,
        found.standard_error * found.area_ha * CO2_PER_C,
        student_t(found.degrees),
        unit="tCO2",
    )


def _finding(one: Finding) -> dict[str, Any]:
    return {"code": one.code, "place": one.place, "message": {"zh": one.zh, "en": one.en}}


def inventory_record(done: Inventory) -> dict[str, Any]:
    """The inventory for programs. A figure that does not follow is null."""
    title = done.mapping.title
    needed = done.needed
    return {
        "title": {"zh": title.zh, "en": title.en},
        "digests": {
            "forest": done.digest,
            "trees": [{"name": one.name, "digest": one.digest} for one in done.measured],
        },
        "measurements": [_measured(one) for one in done.measured],
        "changes": [
            {
                "from": one.before,
                "to": one.after,
                "change_tco2": shown(one.change.change),
                "fire_tco2e": shown(one.change.fire),
                "credit_tco2e": _shown(one.change.credit),
            }
            for one in done.changes
        ],
        "credited": list(done.settled.credited) if done.settled else None,
        "owed": done.settled.owed if done.settled else None,
        "design": None
        if needed is None
        else {
            "relative_error": shown(needed.relative_error),
            "plots": needed.plots,
            "by_area_and_spread": needed.neyman,
            "by_area": needed.proportional,
        },
        "findings": [_finding(one) for one in done.findings],
    }


def _shown(value: Any) -> Any:
    return None if value is None else shown(value)


def _measured(one: Measured) -> dict[str, Any]:
    found = one.stock.estimate
    return {
        "file": one.name,
        "plots": len(one.plots),
        "trees": sum(len(plot.trees) for plot in one.plots),
        "area_ha": shown(found.area_ha),
        "mean_tc_ha": shown(found.mean),
        "standard_error_tc_ha": shown(found.standard_error),
        "relative_error": _shown(found.relative_error),
        "stock_tc": shown(found.total),
        "stock_tco2": shown(one.stock.total_tco2),
        "strata": [
            {
                "name": sample.name,
                "area_ha": shown(sample.area_ha),
                "plots": len(sample.values),
                "mean_tc_ha": shown(sample.mean),
                "stock_tc": shown(sample.mean * sample.area_ha),
            }
            for sample in one.stock.samples
        ],
    }


def _print(done: Inventory, lines: tuple[Line, ...]) -> None:
    """The working and the findings, for people."""
    title = done.mapping.title
    out.print(f"{title.zh} · {title.en}", markup=False)
    table = Table("symbol", "meaning 含义", "value 值", "unit 单位", "equation", "of 所属")
    for line in lines:
        meaning = f"{line.title_zh} {line.title_en}"
        value = f"{line.value.normalize():f}" if line.value % 1 == 0 else f"{line.value:.6f}"
        table.add_row(line.symbol, meaning, value, line.unit, line.equation, line.note)
    out.print(table)
    for one in done.findings:
        place = f"{one.place}: " if one.place else ""
        out.print(f"{one.code}: {place}{one.zh}", markup=False)
        out.print(f"  {place}{one.en}", markup=False)
    for part, tonnes in zip(
        done.changes, done.settled.credited if done.settled else (), strict=True
    ):
        if part.change.credit is not None:
            out.print(f"{part.before} → {part.after}: {tonnes} tCO2e", markup=False)
