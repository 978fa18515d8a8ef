"""`openccer quantify`, `cases` and `mrv`: from inputs or a meter file to tonnes, shown."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from openccer.app.cases import quantify_file, run_folder
from openccer.app.measure import Accounting, account_for, report_record
from openccer.app.project import crediting_of
from openccer.app.records import read_records
from openccer.app.uncertainty import report_uncertainty, uncertainty_record, uncertainty_words
from openccer.cli.options import Json, day
from openccer.cli.output import (
    MISTYPED,
    REFUSED,
    emit,
    err,
    existing,
    guarded,
    out,
    refusal_record,
    refuse,
    stop,
)
from openccer.cli.reporting import form_of, given_for, stated_project, write_reports
from openccer.cli.volume import (
    Engine,
    Master,
    Received,
    Tables,
    existing_inputs,
    folder_measure,
    volume_of,
)
from openccer.kernel import canonical
from openccer.kernel.calendar import BEIJING, Period
from openccer.kernel.outcome import Refused
from openccer.monitoring.model import Measurement
from openccer.monitoring.totals import measure
from openccer.monitoring.volume.measure import LOCAL, Volume
from openccer.mrv.meter import Calibration
from openccer.mrv.meter_uncertainty import class_limit
from openccer.mrv.methodologies.grid_electricity import Fuel
from openccer.mrv.model import Report
from openccer.mrv.uncertainty import NotStated, Uncertainty
from openccer.reports.html import quality_page
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Rulebook

DONE = ("passed", "computed")


@guarded
def quantify(
    file: Annotated[Path, typer.Argument(help="One case: methodology and inputs in YAML.")],
    uncertainty: Annotated[
        bool,
        typer.Option("--uncertainty", help="How sure it is, by the case's `uncertainty`."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Quantify one case: the result, every line of working, units and clauses."""
    with err.status("抽样 drawing" if uncertainty else "计算 working"):
        record = quantify_file(existing(file, as_json), uncertainty=uncertainty)
    if as_json:
        emit(record)
    else:
        if record["lines"]:
            _print_lines(record["lines"])
        for key, value in record.get("result", {}).items():
            out.print(f"[bold]{key}[/] {value}")
        for finding in record.get("findings", ()):
            err.print(f"{finding['code']}: {finding['zh']}", markup=False)
            err.print(f"  {finding['en']}", markup=False)
        for said in record.get("uncertainty", {}).get("said", {}).values():
            out.print(said, markup=False)
        out.print(f"{record['id']}: {record['status']}")
        if record["status"] not in DONE:
            err.print(record["message"]["zh"], markup=False)
            err.print(record["message"]["en"], markup=False)
    raise typer.Exit(0 if record["status"] in DONE else REFUSED)


@guarded
def cases(
    folder: Annotated[Path, typer.Argument(help="A folder of case files.")],
    as_json: Json = False,
) -> None:
    """Run every case of a folder against its known answer."""
    if not folder.is_dir():
        stop(MISTYPED, "unreadable", f"不是文件夹：{folder}", f"{folder} is no folder", as_json)
    summary = run_folder(folder)
    if as_json:
        emit(canonical.plain(summary))
    else:
        table = Table("case", "status", "why")
        for row in summary.results:
            table.add_row(row["id"], row["status"], str(row.get("message", "")))
        out.print(table)
        out.print(
            f"{summary.passed} passed, {summary.failed} failed, {summary.unsupported} unsupported"
        )
    raise typer.Exit(REFUSED if summary.failed else 0)


Files = Annotated[
    list[Path], typer.Argument(help="The meter files: CSV, Parquet or NEM12; any order.")
]
On = Annotated[str | None, typer.Option("--on", help="The day whose rules apply [default: today].")]
Crediting = Annotated[
    str | None,
    typer.Option(
        "--crediting",
        help="The crediting period, FIRST:LAST; the period must lie in it "
        "[default: that of the project file].",
    ),
]
Records = Annotated[
    Path | None,
    typer.Option("--records", help="Calibrations of the meters and fuels burnt, in YAML."),
]
MeterClass = Annotated[
    str | None,
    typer.Option("--meter-class", help="Accuracy class of the revenue meter, e.g. 0.2S."),
]
Stated = Annotated[
    Path | None,
    typer.Option("--project", help="What the owner states of the project, in YAML."),
]
Reports = Annotated[
    list[Path] | None,
    typer.Option(
        "--report", help="Write the accounting report here: .html, .pdf or .xlsx; repeatable."
    ),
]
Quality = Annotated[
    Path | None, typer.Option("--quality", help="Write the quality page here (HTML).")
]


@guarded
def mrv(
    files: Files,
    mapping: Annotated[Path, typer.Option("--mapping", help="How to read it, in YAML.")],
    methodology: Annotated[str, typer.Option("--methodology", help="E.g. CCER-01-002-V01.")],
    grid: Annotated[str, typer.Option("--grid", help="North, East, South, Northwest, …")],
    first: Annotated[str, typer.Option("--from", help="First day of the period.")],
    last: Annotated[str, typer.Option("--to", help="Last day of the period.")],
    on: On = None,
    crediting: Crediting = None,
    records: Records = None,
    meter_class: MeterClass = None,
    project: Stated = None,
    report: Reports = None,
    quality: Quality = None,
    engine: Engine = None,
    master: Master = LOCAL,
    received: Received = None,
    tables: Tables = None,
    as_json: Json = False,
) -> None:
    """Measure meter files and quantify them: totals, findings, reduction, report."""
    how = volume_of(engine, master, received, tables)
    existing_inputs(files, mapping, how, as_json)
    _known_class(meter_class, as_json)
    writers = [(path, form_of(path, as_json)) for path in report or ()]
    legal_day = day(on, as_json) if on else datetime.now(BEIJING).date()
    book = load_cn()
    calibrations, fuels = _records(records, legal_day, as_json)
    stated = stated_project(project, methodology, grid, as_json)
    inside = crediting_of(stated, _span(crediting, as_json), project.name if project else "")
    with measuring(how, as_json) as (measure_with, progress):
        done = account_for(
            files,
            mapping,
            methodology=methodology,
            grid=grid,
            period=_period(first, last, as_json),
            rules=book.on(legal_day),
            calibrations=calibrations,
            fuels=fuels,
            crediting=inside,
            progress=progress,
            measure_with=measure_with,
        )
    if quality is not None:
        quality.write_text(quality_page(done.measurement), encoding="utf-8")
    sure = _sure(done, meter_class or stated.class_of("EG_export"))
    write_reports(writers, done, given_for(book, legal_day, stated, sure, records, project))
    _answer(done, sure, book, legal_day, as_json)


def _sure(done: Accounting, meter_class: str | None) -> Uncertainty | NotStated | None:
    """How sure the number is; None where there is no number."""
    if isinstance(done.report, Refused):
        return None
    return report_uncertainty(
        done.report,
        calibrations=done.calibrations,
        fuels=done.fuels,
        meter_class=meter_class,
    )


def _records(
    records: Path | None, legal_day: date, as_json: bool
) -> tuple[tuple[Calibration, ...], tuple[Fuel, ...]]:
    """The calibrations and fuels handed in beside the meter file."""
    return read_records(existing(records, as_json), legal_day) if records else ((), ())


@contextmanager
def measuring(
    how: Volume | None, quiet: bool
) -> Iterator[tuple[Callable[..., Measurement], Callable[[str], None] | None]]:
    """How the readings are measured, file by file or as a folder, with the bar that shows it."""
    if how is None:
        with progress_bar(quiet) as progress:
            yield measure, progress
    else:
        with folder_measure(how, quiet) as measured:
            yield measured, None


def _known_class(meter_class: str | None, as_json: bool) -> None:
    """Stop where what was typed is no accuracy class."""
    try:
        if meter_class is not None:
            class_limit(meter_class)
    except ValueError as error:
        zh = f"不是准确度等级（如 0.2S、0.5）：{meter_class}"
        stop(MISTYPED, "not-a-meter-class", zh, str(error), as_json)


def _answer(
    done: Accounting,
    sure: Uncertainty | NotStated | None,
    book: Rulebook,
    legal_day: date,
    as_json: bool,
) -> None:
    """The numbers, or every ground why there are none; what was measured either way."""
    measured = {"on": legal_day, **measurement_record(done)}
    if isinstance(done.report, Refused):
        if not as_json:
            _print_findings(done.measurement)
            refuse(done.report, as_json)
        emit({**measured, "refused": refusal_record(done.report)})
        raise typer.Exit(REFUSED)
    if not as_json:
        print_accounting(done, done.report)
        _print_uncertainty(sure)
        return
    record = report_record(done.report, book)
    emit(
        {
            **measured,
            "reduction": record["reduction"],
            "unit": record["unit"],
            "uncertainty": uncertainty_record(sure) if sure else None,
            "report": record,
        }
    )


def _print_uncertainty(sure: Uncertainty | NotStated | None) -> None:
    if sure is not None:
        said = uncertainty_words(sure)
        out.print(said.zh, markup=False)
        out.print(said.en, markup=False)


def _span(text: str | None, as_json: bool) -> Period | None:
    """FIRST:LAST as a period; none where nothing was typed."""
    if text is None:
        return None
    first, _, last = text.partition(":")
    return _period(first, last, as_json)


def _period(first: str, last: str, as_json: bool) -> Period:
    try:
        return Period(day(first, as_json), day(last, as_json))
    except ValueError as error:
        zh = f"起止日期颠倒：{first} 至 {last}"
        stop(MISTYPED, "not-a-period", zh, str(error), as_json)


STAGES = {
    "read": "读取 reading",
    "check": "检查 checking",
    "sum": "汇总 summing",
    "done": "完成 done",
}


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Callable[[str], None]]:
    """A progress bar on stderr for people, nothing for programs."""
    with Progress(console=err, transient=True, disable=quiet or not err.is_terminal) as bar:
        task = bar.add_task("", total=len(STAGES))

        def step(stage: str) -> None:
            bar.update(task, description=STAGES[stage], advance=1)

        yield step


def measurement_record(done: Accounting) -> dict[str, Any]:
    """The measurement for programs: totals, findings, gaps, digests."""
    measured = done.measurement
    return {
        "title": dict(measured.title),
        "source": measured.source.model_dump() if measured.source else None,
        "period": canonical.plain(measured.period),
        "calendar": measured.calendar,
        "interval_minutes": measured.interval_minutes,
        "rows": measured.rows,
        "digests": {
            "dataset": measured.dataset,
            "files": [{"name": name, "digest": digest} for name, digest in measured.files],
            "mapping": measured.mapping,
            "query": measured.query,
        },
        "totals": None
        if measured.blocked
        else {
            "months": canonical.plain(measured.months),
            "years": canonical.plain(measured.years),
            "crediting_years": canonical.plain(measured.crediting_years),
        },
        "check": canonical.plain(measured.check),
        "findings": canonical.plain(measured.findings),
        "gaps": canonical.plain(measured.gaps),
    }


def print_accounting(done: Accounting, report: Report) -> None:
    """Totals, findings and the result, for people."""
    measured = done.measurement
    out.print(f"[bold]{measured.title.get('zh', '')}[/] · {measured.title.get('en', '')}")
    if measured.source and measured.source.note:
        out.print(measured.source.note.zh, markup=False)
        out.print(measured.source.note.en, markup=False)
    table = Table("month", "export Wh", "import Wh", "missing", title="revenue meter")
    for month in measured.months:
        if month.role == "revenue":
            label = f"{month.year}-{month.month:02d}"
            cells = (month.export_wh, month.import_wh, month.missing_intervals)
            table.add_row(label, *(f"{cell:,}" for cell in cells))
    out.print(table)
    _print_findings(measured)
    _print_lines([canonical.plain(line) for line in report.lines])
    out.print(f"[bold]减排量 reduction: {report.reduction} tCO2e[/]")


def _print_findings(measured: Measurement) -> None:
    for finding in measured.findings:
        out.print(f"{finding.severity}: {finding.message_zh} {finding.treatment_zh}", markup=False)
        out.print(f"         {finding.message_en} {finding.treatment_en}", markup=False)


def _print_lines(lines: Iterable[dict[str, Any]]) -> None:
    table = Table("year", "symbol", "value", "unit", "equation", "basis")
    for line in lines:
        rules = ", ".join(line.get("rules", ()))
        cells = (line.get("year") or "", line["symbol"], line["value"], line["unit"])
        table.add_row(*(str(cell) for cell in cells), str(line.get("equation", "")), rules)
    out.print(table)
