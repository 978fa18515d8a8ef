"""The accounting report as one model: what its three forms say, HTML, PDF and XLSX alike.

`accounting_model` puts it together from the report, the measurement and what the owner states; the
template, and reports/xlsx.py, only print it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from openccer import __version__
from openccer.app.measure import Accounting
from openccer.app.plan_check import Compared, Done, compare
from openccer.app.project import Meter, Project
from openccer.kernel.calendar import Period
from openccer.kernel.outcome import Citation
from openccer.monitoring.findings import Finding, counts_as_missing
from openccer.monitoring.model import Gap, Measurement, MonthComparison, MonthTotal
from openccer.mrv.meter import Calibration
from openccer.mrv.model import Line, Report
from openccer.mrv.plans.load import Plan, filled, plans
from openccer.reports import shown
from openccer.reports.messages import Clause, clause, word
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Basis, Rulebook, RulesInForce, Title

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
HEADING = Title("项目减排量核算报告", "Accounting report on emission reductions")
UNCERTAINTY = Title("不确定度", "Uncertainty")
MISSING = "n_missing"  # the line of working that counts missing intervals


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
class Treated:
    """A finding or a gap with what was done about it, by which rules and clauses.

    No clause and no rule: the treatment is this software's own, and the report says so.
    """

    found: Finding | Gap
    treatment: Title
    rules: tuple[str, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterRow:
    """One meter: what its owner states, and the calibrations that were handed in and counted."""

    id: str
    stated: Meter | None
    calibrations: tuple[Calibration, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountingModel:
    """Everything the accounting report says, in the order in which it says it."""

    title: Title
    notes: tuple[Title, ...]
    report: Report
    measurement: Measurement | None
    day: date  # the day whose rules label the lines
    project: Project
    crediting: Period | None  # None where nobody stated it
    own: str  # the record of the methodology's own text
    methodology: Title
    grid: Title
    plan: Plan | None
    rows: tuple[Row, ...]
    unconfirmed: tuple[Ref, ...]
    same_book: bool
    months: tuple[Month, ...]
    findings: tuple[Treated, ...]
    gaps: tuple[Treated, ...]
    meters: tuple[MeterRow, ...]
    compared: tuple[Compared, ...]
    uncertainty: Mapping[Title, Title]
    digests: Mapping[Title, str]
    version: str = __version__

    @property
    def years(self) -> tuple[int | None, ...]:
        """The calendar years of the lines, None for the whole period."""
        return tuple(dict.fromkeys(row.line.year for row in self.rows))

    @property
    def bases(self) -> tuple[str, ...]:
        """The labels that occur, the strongest first."""
        return tuple(b for b in STRENGTH if b in {row.basis for row in self.rows})

    @property
    def corrected(self) -> bool:
        return any(row.line.symbol == "delta_meter" for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the report needs beside the numbers: names, notes, and the rules that label the lines.

    `book` is the rulebook the report was computed under, `confirmed` the rule versions an operator
    confirmed, `day` the day whose rules applied (the last day of the report where not given).
    `uncertainty` is what is known of it, each part under its name; `digests` of more files.
    """

    book: Rulebook = field(default_factory=load_cn)
    confirmed: frozenset[str] = frozenset()
    day: date | None = None
    title: Title = HEADING
    project: Project = field(default_factory=Project)
    notes: Sequence[Title] = ()
    uncertainty: Mapping[Title, Title] = field(default_factory=dict)
    digests: Mapping[Title, str] = field(default_factory=dict)


def accounting_model(
    report: Report, accounting: Accounting | None = None, given: Given | None = None
) -> AccountingModel:
    """The report with its data, its plan and every treatment.

    Without an accounting the inputs were declared, and there is no data to show.
    """
    given = given or Given()
    rules = given.book.on(given.day or report.last, given.confirmed)
    measured = accounting.measurement if accounting else None
    rows = working_rows(report.lines, rules)
    refs = {ref.ref: ref for row in rows for ref in row.refs}
    own = report.methodology.lower()
    methodology = clause(Citation(own, ""))
    plan = plans().get(report.methodology)
    plan = filled(plan, rules) if plan else None
    return AccountingModel(
        title=given.title,
        notes=said_first(measured, given.notes),
        report=report,
        measurement=measured,
        day=rules.day,
        project=given.project,
        crediting=_crediting(accounting, given.project),
        own=own,
        methodology=Title(methodology.title_zh, methodology.title_en),
        grid=word("values", report.grid),
        plan=plan,
        rows=rows,
        unconfirmed=tuple(ref for ref in refs.values() if _is_open(ref)),
        same_book=given.book.digest == report.rulebook,
        months=month_rows(measured),
        findings=_findings(measured, report),
        gaps=_gaps(measured, report),
        meters=_meters(accounting, given.project),
        compared=_compared(plan, accounting, report, given.project, rules),
        uncertainty=given.uncertainty,
        digests=given.digests,
    )


def _crediting(accounting: Accounting | None, project: Project) -> Period | None:
    """The crediting period the report was held against, or else the one the owner states."""
    held = accounting.crediting if accounting else None
    stated = project.crediting.period if project.crediting else None
    return held or stated


def _compared(
    plan: Plan | None,
    accounting: Accounting | None,
    report: Report,
    project: Project,
    rules: RulesInForce,
) -> tuple[Compared, ...]:
    if plan is None or accounting is None:
        return ()
    done = Done(accounting=accounting, report=report, project=project, rules=rules)
    return compare(plan, done)


def working_rows(lines: Iterable[Line], rules: RulesInForce) -> tuple[Row, ...]:
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


def said_first(measurement: Measurement | None, notes: Sequence[Title]) -> tuple[Title, ...]:
    """What must be said first: what the data's source says of itself, then the caller's notes."""
    own = measurement.source.note if measurement and measurement.source else None
    said = (Title(own.zh, own.en),) if own else ()
    return tuple(dict.fromkeys((*said, *notes)))


def month_rows(measurement: Measurement | None) -> tuple[Month, ...]:
    """The months of the revenue meter, each with the check meter's beside it."""
    if measurement is None:
        return ()
    by_month = {
        (month.year, month.month): month for month in measurement.months if month.role == "check"
    }
    compared = {(month.year, month.month): month for month in measurement.check}
    return tuple(
        Month(
            total=month,
            check=by_month.get((month.year, month.month)),
            compared=compared.get((month.year, month.month)),
        )
        for month in measurement.months
        if month.role == "revenue"
    )


def _missing(report: Report) -> tuple[tuple[str, ...], tuple[Clause, ...]]:
    """The rule versions and clauses by which the report judged its missing readings."""
    lines = [line for line in report.lines if line.symbol == MISSING]
    refs = dict.fromkeys(ref for line in lines for ref in line.rules)
    cites = dict.fromkeys(cite for line in lines for cite in line.cites)
    return tuple(refs), tuple(clause(cite) for cite in cites)


def _findings(measured: Measurement | None, report: Report) -> tuple[Treated, ...]:
    """Every finding; what was refused counts as missing, by the rule that judges the missing."""
    rules, clauses = _missing(report)
    return tuple(
        Treated(
            found=one,
            treatment=Title(one.treatment_zh, one.treatment_en),
            rules=rules if counts_as_missing(one.code) else (),
            clauses=clauses if counts_as_missing(one.code) else (),
        )
        for one in (measured.findings if measured else ())
    )


def _gaps(measured: Measurement | None, report: Report) -> tuple[Treated, ...]:
    """Every gap; those of the revenue meter with the energy that was counted against the owner."""
    if measured is None:
        return ()
    rules, clauses = _missing(report)
    largest_wh = max((year.largest_import_wh for year in measured.years), default=0)
    return tuple(_gap(gap, largest_wh, rules, clauses) for gap in measured.gaps)


def _gap(gap: Gap, largest_wh: int, rules: tuple[str, ...], clauses: tuple[Clause, ...]) -> Treated:
    if gap.role != "revenue":
        zh, en = (
            "校核表只用于比较，不影响减排量",
            "the check meter is only compared; nothing rests on it",
        )
        return Treated(found=gap, treatment=Title(zh, en), rules=(), clauses=())
    if not rules:
        zh, en = "没有据以处理的规则", "no rule judged it"
        return Treated(found=gap, treatment=Title(zh, en), rules=(), clauses=())
    each, all_of_it = shown.mwh(largest_wh), shown.mwh(gap.count * largest_wh)
    treatment = Title(
        f"上网电量计零；下网电量按单个时段最大值 {each} MWh × {gap.count} = {all_of_it} MWh 计入",
        f"export counts zero; import {each} MWh, the largest of any interval, × {gap.count}"
        f" = {all_of_it} MWh",
    )
    return Treated(found=gap, treatment=treatment, rules=rules, clauses=clauses)


def _meters(accounting: Accounting | None, project: Project) -> tuple[MeterRow, ...]:
    """Every meter that the project, the meter file or the records name, in this order."""
    handed_in = accounting.calibrations if accounting else ()
    months = accounting.measurement.months if accounting else ()
    stated = {meter.id: meter for meter in project.meters}
    # A file that names no meter calls it by its role, which is no name.
    read = [month.meter for month in months if month.meter != month.role]
    names = dict.fromkeys((*stated, *read, *(one.meter for one in handed_in)))
    return tuple(
        MeterRow(
            id=name,
            stated=stated.get(name),
            calibrations=tuple(one for one in handed_in if one.meter == name),
        )
        for name in names
    )
