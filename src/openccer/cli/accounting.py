"""`openccer quantify`, `cases` and `mrv`: from inputs or a meter file to tonnes, shown."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from openccer.app.cases import quantify_file, run_folder
from openccer.app.measure import Accounting, account_for, report_record
from openccer.app.project import Project, fit, read_project
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
from openccer.kernel import canonical
from openccer.kernel.calendar import BEIJING, Period
from openccer.kernel.outcome import Refused
from openccer.mrv.meter import Calibration
from openccer.mrv.meter_uncertainty import class_limit
from openccer.mrv.methodologies.grid_electricity import Fuel
from openccer.mrv.model import Report
from openccer.mrv.plans.load import plans
from openccer.mrv.uncertainty import NotStated, Uncertainty
from openccer.reports.accounting import AccountingModel, Given, accounting_model
from openccer.reports.html import accounting_report, quality_page
from openccer.reports.pdf import pdf
from openccer.reports.xlsx import workbook
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Rulebook


@guarded
def quantify(
    file: Annotated[Path, typer.Argument(help="One case: methodology and inputs in YAML.")],
    as_json: Json = False,
) -> None:
    """Quantify one case: the result, every line of working, units and clauses."""
    record = quantify_file(existing(file, as_json))
    if as_json:
        emit(record)
    else:
        _print_lines(record.get("lines", ()))
        for key, value in record.get("result", {}).items():
            out.print(f"[bold]{key}[/] {value}")
        for finding in record.get("findings", ()):
            err.print(f"{finding}", markup=False)
        out.print(f"{record['id']}: {record['status']}")
    raise typer.Exit({"passed": 0, "computed": 0}.get(record["status"], REFUSED))


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


Crediting = Annotated[
    str | None,
    typer.Option(
        "--crediting", help="The crediting period, FIRST:LAST; the period must lie in it."
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
    files: Annotated[
        list[Path], typer.Argument(help="The meter files: CSV, Parquet or NEM12; any order.")
    ],
    mapping: Annotated[Path, typer.Option("--mapping", help="How to read it, in YAML.")],
    methodology: Annotated[str, typer.Option("--methodology", help="E.g. CCER-01-002-V01.")],
    grid: Annotated[str, typer.Option("--grid", help="North, East, South, Northwest, …")],
    first: Annotated[str, typer.Option("--from", help="First day of the period.")],
    last: Annotated[str, typer.Option("--to", help="Last day of the period.")],
    on: Annotated[
        str | None, typer.Option("--on", help="The day whose rules apply [default: today].")
    ] = None,
    crediting: Crediting = None,
    records: Records = None,
    meter_class: MeterClass = None,
    project: Stated = None,
    report: Reports = None,
    quality: Quality = None,
    as_json: Json = False,
) -> None:
    """Measure meter files and quantify them: totals, findings, reduction, report."""
    for path in (*files, mapping):
        existing(path, as_json)
    _known_class(meter_class, as_json)
    writers = [(path, form_of(path, as_json)) for path in report or ()]
    period = _period(first, last, as_json)
    legal_day = day(on, as_json) if on else datetime.now(BEIJING).date()
    book = load_cn()
    calibrations, fuels = (
        read_records(existing(records, as_json), legal_day) if records else ((), ())
    )
    stated = read_project(existing(project, as_json)) if project else Project()
    fit(stated, plans().get(methodology), grid, project.name if project else "")
    with progress_bar(as_json) as progress:
        done = account_for(
            files,
            mapping,
            methodology=methodology,
            grid=grid,
            period=period,
            rules=book.on(legal_day),
            calibrations=calibrations,
            fuels=fuels,
            crediting=_span(crediting, as_json),
            progress=progress,
        )
    if quality is not None:
        quality.write_text(quality_page(done.measurement), encoding="utf-8")
    if writers and not isinstance(done.report, Refused):
        given = Given(book=book, day=legal_day, project=stated)
        model = accounting_model(done.report, done, given)
        for path, form in writers:
            path.write_bytes(form(model))
    _answer(done, _sure(done, calibrations, fuels, meter_class), book, legal_day, as_json)


def _sure(
    done: Accounting,
    calibrations: Sequence[Calibration],
    fuels: Sequence[Fuel],
    meter_class: str | None,
) -> Uncertainty | NotStated | None:
    """How sure the number is; None where there is no number."""
    if isinstance(done.report, Refused):
        return None
    return report_uncertainty(
        done.report, calibrations=calibrations, fuels=fuels, meter_class=meter_class
    )


def _known_class(meter_class: str | None, as_json: bool) -> None:
    """Stop where what was typed is no accuracy class."""
    try:
        if meter_class is not None:
            class_limit(meter_class)
    except ValueError as error:
        zh = f"不是准确度等级（如 0.2S、0.5）：{meter_class}"
        stop(MISTYPED, "not-a-meter-class", zh, str(error), as_json)


FORMS: Mapping[str, Callable[[AccountingModel], bytes]] = {
    ".html": lambda model: accounting_report(model).encode(),
    ".pdf": lambda model: pdf(accounting_report(model)),
    ".xlsx": workbook,
}


def form_of(path: Path, as_json: bool) -> Callable[[AccountingModel], bytes]:
    """How a report of this name is written; exit 2 for a suffix that is no form of it."""
    form = FORMS.get(path.suffix.lower())
    if form is None:
        known = ", ".join(FORMS)
        zh = f"报告的扩展名应为 {known}：{path.name}"
        stop(MISTYPED, "unknown-form", zh, f"a report ends in {known}, not {path.name!r}", as_json)
    return form


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
        "totals": {
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
    for finding in measured.findings:
        out.print(f"{finding.severity}: {finding.message_zh} {finding.treatment_zh}", markup=False)
        out.print(f"         {finding.message_en} {finding.treatment_en}", markup=False)
    _print_lines([canonical.plain(line) for line in report.lines])
    out.print(f"[bold]减排量 reduction: {report.reduction} tCO2e[/]")


def _print_lines(lines: Iterable[dict[str, Any]]) -> None:
    table = Table("year", "symbol", "value", "unit", "equation", "basis")
    for line in lines:
        rules = ", ".join(line.get("rules", ()))
        cells = (line.get("year") or "", line["symbol"], line["value"], line["unit"])
        table.add_row(*(str(cell) for cell in cells), str(line.get("equation", "")), rules)
    out.print(table)
