"""Self-contained pages: the accounting report, data quality, a certificate, the life of a batch.

One HTML file each, in Chinese and English, with its style and pictures inside and no script. The
same input gives the same bytes: there is no clock here, and no order but the input's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from openccer.app.acts import Event
from openccer.app.demo.story import Step
from openccer.kernel.ids import BatchId
from openccer.kernel.outcome import Citation, Refused
from openccer.mandate.model import RoleGranted
from openccer.monitoring.model import Measurement, MonthComparison, MonthTotal
from openccer.mrv.model import Line, Report
from openccer.reports import charts, life, shown
from openccer.reports.messages import Clause, Explained, clause, explain, word
from openccer.reports.model import Certified
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Basis, Rulebook, RulesInForce, Title

TEMPLATES = Path(__file__).parent / "templates"
DECLARED, UNKNOWN = "declared", "unknown"  # no rule behind a line; a rule the book does not have
STRENGTH = (DECLARED, "law", "house", "reading", "provisional", UNKNOWN)  # the weakest last
TOTALS = frozenset({"ER", "ER_total"})
# What a line is computed from: it is known no better than the least known of these.
FED_BY = {
    "EG_export": ("EG_export,measured", "n_missing", "delta_meter"),
    "EG_import": ("EG_import,measured", "EG_import,missing", "delta_meter"),
    "EG_PJ": ("EG_export", "EG_import"),
    "EF_CM": ("EF_OM", "EF_BM", "w_OM", "w_BM"),
    "BE": ("EG_PJ", "EF_CM"),
    "PE": ("FC", "COEF"),
    "ER": ("BE", "PE", "LE", "days"),
    "ER_total": ("ER",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """One rule version behind a line, and how well it is known."""

    ref: str
    title: Title
    basis: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of working as it is printed."""

    line: Line
    symbol: tuple[str, str]
    value: str
    unit: Title
    clauses: tuple[Clause, ...]
    refs: tuple[Ref, ...]
    basis: str
    note: Title
    total: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month of the revenue meter, with the check meter beside it."""

    total: MonthTotal
    check: MonthTotal | None
    compared: MonthComparison | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One step of the story: what was asked, and every ground if it was refused."""

    step: Step
    acts: tuple[Title, ...]
    recorded: tuple[tuple[str, int, tuple[Title, ...]], ...]
    grounds: tuple[tuple[str, Explained], ...]


def accounting_report(
    report: Report,
    measurement: Measurement | None = None,
    *,
    book: Rulebook | None = None,
    confirmed: frozenset[str] = frozenset(),
    title: Title | None = None,
    project: Title | None = None,
    owner: Title | None = None,
    notes: Sequence[Title] = (),
) -> str:
    """The accounting report: the number, its working line by line, its data, what it leaves out.

    `book` is the rulebook the report was computed under (the packaged one by default) and
    `confirmed` the rule versions an operator confirmed; together they give each line its label.
    """
    used = book or load_cn()
    rows = _rows(report.lines, used.on(report.last, confirmed))
    refs = {ref.ref: ref for row in rows for ref in row.refs}
    methodology = clause(Citation(report.methodology.lower(), ""))
    heading = title or Title("项目减排量核算报告", "Accounting report on emission reductions")
    return _page(
        "accounting.html",
        title=heading,
        report=report,
        measurement=measurement,
        project=project,
        owner=owner,
        own=report.methodology.lower(),
        methodology=Title(methodology.title_zh, methodology.title_en),
        grid=word("values", report.grid),
        rows=rows,
        years=tuple(dict.fromkeys(row.line.year for row in rows)),
        bases=tuple(b for b in STRENGTH if b in {row.basis for row in rows}),
        unconfirmed=tuple(ref for ref in refs.values() if _is_open(ref)),
        corrected=any(row.line.symbol == "delta_meter" for row in rows),
        same_book=used.digest == report.rulebook,
        notes=_notes(measurement, notes),
        **_data(measurement),
    )


def quality_page(
    measurement: Measurement, *, title: Title | None = None, notes: Sequence[Title] = ()
) -> str:
    """Every finding and every gap of a measurement, with what was done about each."""
    heading = title or Title("计量数据质量", "Quality of the metered data")
    return _page(
        "quality.html",
        title=heading,
        measurement=measurement,
        strips=charts.strips(measurement),
        notes=_notes(measurement, notes),
        **_data(measurement),
    )


def certificate(certified: Certified, *, notes: Sequence[Title] = ()) -> str:
    """The certificate of a surrender or a cancellation, one sheet of paper."""
    heading = (
        Title("核证自愿减排量清缴注销证书", "Certificate of Surrender and Cancellation")
        if certified.is_surrender
        else Title("核证自愿减排量注销证书", "Certificate of Cancellation")
    )
    return _page(
        "certificate.html",
        title=heading,
        certified=certified,
        purpose=word("purposes", certified.purpose),
        notes=tuple(notes),
    )


def life_page(
    steps: Sequence[Step],
    *,
    batch: BatchId | None = None,
    title: Title | None = None,
    notes: Sequence[Title] = (),
) -> str:
    """The life of a batch: each step with its answer, its holders after each act, movements."""
    heading = title or Title("一批减排量的一生", "The life of a batch of credits")
    moves = tuple(
        (step.day, receipt, move)
        for step, receipt in life.receipts(steps)
        for event in receipt.events
        for move in life.movements(event, batch)
    )
    return _page(
        "life.html",
        title=heading,
        batch=batch,
        told=tuple(_told(step) for step in steps),
        holders=life.holders_over_time(steps, batch),
        names=life.names(steps),
        moves=moves,
        notes=tuple(notes),
    )


def _page(template: str, **given: Any) -> str:
    return _templates().get_template(template).render(**given)


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        n=shown.number,
        breakable=shown.breakable,
        place_zh=shown.place_zh,
        mwh=shown.mwh,
        percent=shown.percent,
        book=shown.book,
        short=shown.short,
    )
    environment.globals.update(word=word)
    return environment


def _rows(lines: Iterable[Line], rules: RulesInForce) -> tuple[Row, ...]:
    rows: list[Row] = []
    for line in lines:
        fed = [row for row in rows if row.line.symbol in FED_BY.get(line.symbol, ())]
        same = [row for row in fed if line.year in (None, row.line.year)]
        rows.append(_row(line, rules, [row.basis for row in same]))
    return tuple(rows)


def _row(line: Line, rules: RulesInForce, fed: Sequence[str]) -> Row:
    refs = tuple(_ref(ref, rules) for ref in line.rules)
    known = [*(ref.basis for ref in refs), *fed]
    return Row(
        line=line,
        symbol=shown.symbol(line.symbol),
        value=shown.number(line.value),
        unit=shown.unit(line.unit),
        clauses=tuple(clause(cite) for cite in line.cites),
        refs=refs,
        basis=max(known, key=STRENGTH.index, default=DECLARED),
        note=shown.note(line.note),
        total=line.symbol in TOTALS,
    )


def _ref(ref: str, rules: RulesInForce) -> Ref:
    found = rules.version(ref)
    if found is None:
        return Ref(ref=ref, title=Title(ref, ref), basis=UNKNOWN, confirmed=False)
    title = rules.book.rules[found.rule].title
    return Ref(ref=ref, title=title, basis=found.basis.value, confirmed=found.confirmed)


def _is_open(ref: Ref) -> bool:
    """Must an operator confirm this version before it may move a credit?"""
    return not ref.confirmed and ref.basis not in (Basis.LAW, Basis.HOUSE)


def _notes(measurement: Measurement | None, notes: Sequence[Title]) -> tuple[Title, ...]:
    """What must be said first: what the data's source says of itself, then the caller's notes."""
    own = measurement.source.note if measurement and measurement.source else None
    said = (Title(own.zh, own.en),) if own else ()
    return tuple(dict.fromkeys((*said, *notes)))


def _data(measurement: Measurement | None) -> dict[str, Any]:
    """The tables and the chart of a measurement."""
    if measurement is None:
        return {"months": (), "bars": ()}
    by_month = {
        (month.year, month.month, month.role): month
        for month in measurement.months
        if month.role == "check"
    }
    compared = {(month.year, month.month): month for month in measurement.check}
    revenue = [month for month in measurement.months if month.role == "revenue"]
    months = tuple(
        Month(
            total=month,
            check=by_month.get((month.year, month.month, "check")),
            compared=compared.get((month.year, month.month)),
        )
        for month in revenue
    )
    return {"months": months, "bars": charts.month_bars(revenue)}


def _told(step: Step) -> Told:
    acts = tuple(word("acts", type(act).TAG) for act in step.acts)
    if isinstance(step.answer, Refused):
        grounds = tuple((reason.code, explain(reason)) for reason in step.answer.reasons)
        return Told(step=step, acts=acts, recorded=(), grounds=grounds)
    recorded = tuple(
        (receipt.log, receipt.seq, tuple(_happened(event) for event in receipt.events))
        for receipt in step.answer
    )
    return Told(step=step, acts=acts, recorded=recorded, grounds=())


def _happened(event: Event) -> Title:
    """What an event says happened; a granted role is named."""
    title = word("events", event.TAG)
    if not isinstance(event, RoleGranted):
        return title
    role = word("roles", event.role)
    return Title(f"{title.zh}：{role.zh}", f"{title.en}: {role.en}")
