"""From a meter file to an accounting report: monitoring, then the methodology, nothing stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from openccer.app.cases import line_record
from openccer.kernel import canonical
from openccer.kernel.calendar import ONE_DAY, Period
from openccer.kernel.outcome import HouseRule, Reason, Refused, refused
from openccer.monitoring.calibrations import calibration_findings
from openccer.monitoring.model import Measurement, withheld
from openccer.monitoring.totals import measure
from openccer.mrv.meter import Calibration
from openccer.mrv.methodologies.grid_electricity import Fuel
from openccer.mrv.model import MeteredYear, Report
from openccer.mrv.quantify import quantify_metered
from openccer.rulebook.model import Rulebook, RulesInForce

ONE_READING = HouseRule("readings that contradict one another give no number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounting:
    """What was measured, and the report that follows from it, or why there is none.

    `calibrations` and `fuels` are the records that were handed in beside the meter file,
    `crediting` the crediting period the report was held against, None where none was given.
    """

    measurement: Measurement
    report: Report | Refused
    calibrations: tuple[Calibration, ...] = ()
    fuels: tuple[Fuel, ...] = ()
    crediting: Period | None = None


def account_for(
    readings: Path | Sequence[Path],
    mapping: Path,
    *,
    methodology: str,
    grid: str,
    period: Period,
    rules: RulesInForce,
    calibrations: Sequence[Calibration] = (),
    fuels: Sequence[Fuel] = (),
    crediting: Period | None = None,
    progress: Callable[[str], None] | None = None,
    measure_with: Callable[..., Measurement] = measure,
) -> Accounting:
    """Measure the file or files over the period and quantify it under the rules of one day.

    Calibrations are held against the months they do not cover, and no others. A period that is not
    inside the crediting period, where one is given, is measured and refused, and so are readings
    that contradict one another: of these there is no total either. MeterFileError when a file or
    its mapping cannot be read.
    """
    inside = crediting is None or crediting.covers(period)
    start = crediting.first if crediting and inside else None
    measurement = measure_with(readings, mapping, period, crediting_start=start, progress=progress)
    late = calibration_findings(calibrations, period, rules) if calibrations else ()
    measurement = withheld(replace(measurement, findings=(*measurement.findings, *late)))
    grounds = contradictions(measurement)
    if crediting is not None and not inside:
        grounds = (*outside_crediting(period, crediting, rules).reasons, *grounds)
    report: Report | Refused
    if grounds:
        report = Refused(grounds)
    else:
        report = quantify_metered(
            methodology,
            grid.lower(),
            _months(measurement) if calibrations else measurement.years,
            rules,
            dataset=measurement.dataset,
            calibrations=calibrations,
            fuels=fuels,
        )
    return Accounting(
        measurement=measurement,
        report=report,
        calibrations=tuple(calibrations),
        fuels=tuple(fuels),
        crediting=crediting,
    )


def contradictions(measured: Measurement) -> tuple[Reason, ...]:
    """A ground for each finding that withholds the totals: in which file, of which meter, where."""
    names = [name for name, _ in measured.files]
    return tuple(
        Reason(
            code="readings-contradict",
            cites=(ONE_READING,),
            facts={
                "finding": found.code,
                "file": ", ".join([n for n in names if n in found.place] or names),
                "meter": found.meter,
                "place": found.place,
                "count": found.count,
                "said_zh": found.message_zh,
                "said_en": found.message_en,
            },
        )
        for found in measured.blocked
    )


def outside_crediting(period: Period, crediting: Period, rules: RulesInForce) -> Refused:
    """The refusal of a period that lies outside the crediting period, naming its days outside."""
    before = (
        Period(period.first, min(period.last, crediting.first - ONE_DAY))
        if (period.first < crediting.first)
        else None
    )
    after = (
        Period(max(period.first, crediting.last + ONE_DAY), period.last)
        if (period.last > crediting.last)
        else None
    )
    parts = [part for part in (before, after) if part is not None]
    days = "; ".join(f"{part.first} to {part.last}: {part.days} d" for part in parts)
    rule = rules.flag("reduction.inside_crediting_period")
    return refused(
        "outside-crediting-period",
        *rule.cites,
        period=f"{period.first} to {period.last} [{days}]",
        crediting=f"{crediting.first} to {crediting.last}",
    )


def _months(measured: Measurement) -> tuple[MeteredYear, ...]:
    """The revenue meter month by month, as parts of its calendar years."""
    largest = max(year.largest_import_wh for year in measured.years)
    return tuple(
        MeteredYear(
            year=month.year,
            period=month.period,
            export_wh=month.export_wh,
            import_wh=month.import_wh,
            interval_minutes=measured.interval_minutes,
            expected_intervals=month.expected_intervals,
            missing_intervals=month.missing_intervals,
            largest_import_wh=largest,
        )
        for month in measured.months
        if month.role == "revenue"
    )


def report_text(accounting: Accounting) -> str:
    """The accounting report as it is hashed and kept: canonical JSON, the measurement with it."""
    measured = accounting.measurement
    body = {
        "report": accounting.report,
        "measurement": {
            "title": measured.title,
            "source": measured.source.model_dump() if measured.source else None,
            "dataset": measured.dataset,
            "files": measured.files,
            "mapping": measured.mapping,
            "query": measured.query,
            "engine": measured.engine,
            "rows": measured.rows,
            "period": measured.period,
            "calendar": measured.calendar,
            "months": measured.months,
            "gaps": measured.gaps,
            "findings": measured.findings,
            "check": measured.check,
        },
    }
    return canonical.encode(body).decode()


def report_record(report: Report, book: Rulebook) -> dict[str, Any]:
    """The report for programs: totals, and every line with its clauses and basis."""
    return {
        "methodology": report.methodology,
        "grid": report.grid,
        "period": {"first": report.first.isoformat(), "last": report.last.isoformat()},
        "by_year": {str(year): tonnes.count for year, tonnes in report.by_year.items()},
        "reduction": report.reduction.count,
        "unit": "tCO2e",
        "lines": [line_record(line, book) for line in report.lines],
        "rules": list(report.rules),
        "rulebook": report.rulebook,
        "dataset": report.dataset,
    }
