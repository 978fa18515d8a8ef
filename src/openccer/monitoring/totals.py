"""From readings to totals: `measure` reads a file once and says all there is to say of a period.

An interval belongs to the month in which it begins, in the calendar zone of the mapping. Sums are
sums of integers; years and crediting years are added up from the same spans, so they agree.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path

import duckdb

from openccer.kernel.calendar import ONE_DAY, Period, years_before
from openccer.kernel.quantity import EXACT
from openccer.monitoring import checks
from openccer.monitoring.defects import defect_findings
from openccer.monitoring.engine import MEMORY, Sql, open_engine
from openccer.monitoring.findings import Finding, finding
from openccer.monitoring.mapping import load_mapping
from openccer.monitoring.model import (
    CreditingYear,
    Gap,
    Measurement,
    MonthComparison,
    MonthTotal,
)
from openccer.monitoring.readers import read
from openccer.monitoring.refusals import refuse_mixed_meters
from openccer.monitoring.registers import ACCEPTED, BLANK, CHECK, HALF, REVENUE
from openccer.monitoring.tables import Readings
from openccer.monitoring.times import local_midnight, local_text, month_starts
from openccer.mrv.model import MeteredYear

Progress = Callable[[str], None]  # told "read", "check", "sum", "done"
ROLES = {REVENUE: "revenue", CHECK: "check"}
SIX_DECIMALS = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Whole days of one calendar month and one crediting year, and one meter's sums in them."""

    first: date
    last: date
    crediting_year: int
    export_wh: int
    import_wh: int
    expected: int
    read: int


def measure(
    path: Path | Sequence[Path],
    mapping_path: Path,
    period: Period,
    *,
    crediting_start: date | None = None,
    progress: Progress | None = None,
    memory: str = MEMORY,
    defects: bool = True,
) -> Measurement:
    """The meters over the period, in Wh, with every gap and finding. MeterFileError if unreadable.

    Several files are measured as one, whatever their order. Without `defects` the series is not
    looked through for stuck values, spikes and the like; the totals are the same.
    `crediting_start` is the first day of the crediting period, the period's first day by default.
    Everything temporary lives in one directory that is gone afterwards.
    """
    say = progress or (lambda _: None)
    mapping, mapping_digest = load_mapping(mapping_path)
    start = crediting_start or period.first
    if start > period.first:
        raise ValueError(f"the period begins {period.first}, before the crediting period {start}")
    with tempfile.TemporaryDirectory(prefix="openccer-") as directory:
        connection = open_engine(Path(directory), memory)
        try:
            say("read")
            readings = read(connection, path, mapping)
            work = _Work(readings=readings, period=period, crediting_start=start)
            say("check")
            findings = work.findings(defects)
            say("sum")
            result = work.result(mapping_digest, findings)
        finally:
            connection.close()
    say("done")
    return result


def crediting_year_of(day: date, start: date) -> int:
    """Which year of the crediting period the day lies in, from 1."""
    years = day.year - start.year
    return years + (day >= years_before(start, start.year - day.year))


def spans_of(period: Period, start: date) -> list[tuple[Period, int]]:
    """The period cut at every month and every anniversary, with the crediting year's number."""
    anniversaries = {
        years_before(start, start.year - year)
        for year in range(period.first.year, period.last.year + 1)
    }
    cuts = set(month_starts(period.first, period.last)) | anniversaries
    firsts = sorted({period.first} | {day for day in cuts if day in period})
    lasts = [day - ONE_DAY for day in firsts[1:]] + [period.last]
    return [
        (Period(first, last), crediting_year_of(first, start))
        for first, last in zip(firsts, lasts, strict=True)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One measurement under way: the loaded readings, the period and its spans."""

    readings: Readings
    period: Period
    crediting_start: date

    @property
    def sql(self) -> Sql:
        return self.readings.sql

    @property
    def zone(self) -> str:
        return self.readings.mapping.calendar

    @property
    def step(self) -> int:
        return self.readings.mapping.step_s

    @property
    def roles(self) -> tuple[int, ...]:
        return (REVENUE, CHECK) if self.readings.mapping.meters.check else (REVENUE,)

    @property
    def cuts(self) -> list[tuple[Period, int]]:
        return spans_of(self.period, self.crediting_start)

    @property
    def bounds(self) -> tuple[int, ...]:
        """Epoch seconds at which the spans begin, and the end of the period."""
        days = [part.first for part, _ in self.cuts] + [self.period.last + ONE_DAY]
        return tuple(local_midnight(day, self.zone) for day in days)

    def expected(self, first: int, end: int) -> int:
        """How many intervals begin from `first` to before `end`."""
        start = self.bounds[0]
        return -((start - end) // self.step) + ((start - first) // self.step)

    def findings(self, defects: bool) -> list[Finding]:
        """Everything wrong with the readings; makes the table `clean` of those accepted."""
        readings, start, end = self.readings, self.bounds[0], self.bounds[-1]
        found = [*checks.file_findings(readings), *checks.time_findings(readings)]
        rising, order = checks.order_findings(readings)
        self._clean(rising)
        return [
            *found,
            *order,
            *checks.outside_findings(readings, start, end),
            *checks.off_grid_findings(readings, start, end),
            *checks.reading_findings(readings, start, end),
            *checks.register_findings(readings),
            *([] if rising else checks.duplicate_findings(readings)),
            *(checks.unread_but_checked(readings) if CHECK in self.roles else ()),
            *(defect_findings(readings, "clean", start) if defects else ()),
        ]

    def _clean(self, rising: bool) -> None:
        """`clean`: one accepted reading per meter and interval of the period.

        Where times rise strictly nothing can stand twice, and the costly grouping is spared.
        """
        start, end = self.bounds[0], self.bounds[-1]
        here = (
            f"FROM reading WHERE instant >= {start} AND instant < {end}"
            f" AND (instant - {start}) % {self.step} = 0"
        )
        columns = "role, instant, export_wh, import_wh"
        if rising:
            self.sql.run(
                f"CREATE OR REPLACE VIEW clean AS SELECT {columns} {here} AND problem = {ACCEPTED}"
            )
            return
        good, file = f"FILTER (problem = {ACCEPTED})", self.readings.file_sql("row")
        own = f"FILTER (problem <> {BLANK})"  # a blank row is no reading, so it contradicts none
        self.sql.run(
            f"CREATE OR REPLACE TABLE slot AS SELECT role, instant, count(*) {own} AS times,"
            f" count(*) {good} AS good, min(export_wh) {good} AS export_wh,"
            f" max(export_wh) {good} AS most_export_wh, min(import_wh) {good} AS least_import_wh,"
            f" max(import_wh) {good} AS import_wh, min({file}) {own} <> max({file}) {own} AS across"
            f" {here}"
            " GROUP BY role, instant"
        )
        self.sql.run(
            "CREATE OR REPLACE TABLE repeat AS SELECT role, instant, across, good > 1 AND"
            " (export_wh <> most_export_wh OR import_wh <> least_import_wh) AS differ,"
            " coalesce(good IN (0, times)"
            " AND export_wh IS NOT DISTINCT FROM most_export_wh"
            " AND import_wh IS NOT DISTINCT FROM least_import_wh, false) AS same"
            " FROM slot WHERE times > 1"
        )
        refuse_mixed_meters(self.readings)
        self.sql.run(f"CREATE OR REPLACE VIEW clean AS SELECT {columns} FROM slot WHERE good > 0")

    def result(self, mapping_digest: str, findings: Sequence[Finding]) -> Measurement:
        """The totals, the gaps and the comparison, put together."""
        mapping = self.readings.mapping
        spans = {role: self._spans(role_sums) for role, role_sums in self._sums().items()}
        gaps = tuple(gap for role in self.roles for gap in self._gaps(role))
        comparison = tuple(self._comparisons()) if CHECK in self.roles else ()
        return Measurement(
            dataset=self.readings.digest,
            files=tuple((file.path.name, file.digest) for file in self.readings.files),
            mapping=mapping_digest,
            engine=f"DuckDB {duckdb.__version__}",
            title={"zh": mapping.title.zh, "en": mapping.title.en},
            source=mapping.source,
            period=self.period,
            calendar=self.zone,
            interval_minutes=mapping.time.minutes,
            rows=self.readings.rows,
            months=tuple(m for role in self.roles for m in self._months(role, spans[role])),
            years=tuple(self._years(spans[REVENUE])),
            crediting_years=tuple(_crediting_years(spans[REVENUE])),
            check=comparison,
            findings=(*findings, *self._gap_findings(gaps), *self._differences(comparison)),
            gaps=gaps,
            query=self.sql.digest,
        )

    def _sums(self) -> dict[int, dict[int, tuple[int, int, int]]]:
        """By meter and span: export, import, accepted readings."""
        bucket = checks.bucket_sql("instant", self.bounds)
        sums: dict[int, dict[int, tuple[int, int, int]]] = {role: {} for role in self.roles}
        for role, at, out, into, count in self.sql.rows(
            f"SELECT role, {bucket} AS span, sum(export_wh), sum(import_wh), count(*) FROM clean"
            " GROUP BY role, span ORDER BY role, span"
        ):
            sums[role][at] = (int(out), int(into), int(count))
        return sums

    def _spans(self, sums: dict[int, tuple[int, int, int]]) -> list[Span]:
        spans, bounds = [], self.bounds
        for at, (part, number) in enumerate(self.cuts):
            out, into, count = sums.get(at, (0, 0, 0))
            spans.append(
                Span(
                    first=part.first,
                    last=part.last,
                    crediting_year=number,
                    export_wh=out,
                    import_wh=into,
                    expected=self.expected(bounds[at], bounds[at + 1]),
                    read=count,
                )
            )
        return spans

    def _months(self, role: int, spans: list[Span]) -> Iterator[MonthTotal]:
        for year, month in dict.fromkeys((span.first.year, span.first.month) for span in spans):
            parts = [s for s in spans if (s.first.year, s.first.month) == (year, month)]
            yield MonthTotal(
                meter=checks.meter_name(self.readings, role),
                role=ROLES[role],
                year=year,
                month=month,
                period=Period(parts[0].first, parts[-1].last),
                export_wh=sum(s.export_wh for s in parts),
                import_wh=sum(s.import_wh for s in parts),
                expected_intervals=sum(s.expected for s in parts),
                missing_intervals=sum(s.expected - s.read for s in parts),
            )

    def _years(self, spans: list[Span]) -> Iterator[MeteredYear]:
        (largest,) = self.sql.one(
            f"SELECT max(import_wh) FROM reading WHERE role = {REVENUE}"
            f" AND problem IN ({ACCEPTED}, {HALF})"
        )
        for year, part in self.period.by_year():
            inside = [span for span in spans if span.first.year == year]
            yield MeteredYear(
                year=year,
                period=part,
                export_wh=sum(s.export_wh for s in inside),
                import_wh=sum(s.import_wh for s in inside),
                interval_minutes=self.readings.mapping.time.minutes,
                expected_intervals=sum(s.expected for s in inside),
                missing_intervals=sum(s.expected - s.read for s in inside),
                largest_import_wh=max(0, int(largest or 0)),
            )

    def _gaps(self, role: int) -> Iterator[Gap]:
        """Every run of intervals without an accepted reading, in order."""
        start, end, step = self.bounds[0], self.bounds[-1], self.step
        stop = start + self.expected(start, end) * step
        found = self.sql.rows(
            "SELECT before, instant FROM (SELECT instant,"
            f" lag(instant, 1, CAST({start - step} AS BIGINT)) OVER (ORDER BY instant) AS before"
            f" FROM clean WHERE role = {role}) WHERE instant - before > {step} ORDER BY instant"
        )
        (last,) = self.sql.one(f"SELECT max(instant) FROM clean WHERE role = {role}")
        found.append((start - step if last is None else last, stop))
        for before, after in found:
            first, final = before + step, after - step
            if first <= final:
                yield Gap(
                    meter=checks.meter_name(self.readings, role),
                    role=ROLES[role],
                    first=first,
                    last=final,
                    count=(final - first) // step + 1,
                    first_text=local_text(first, self.zone),
                    last_text=local_text(final, self.zone),
                )

    def _gap_findings(self, gaps: tuple[Gap, ...]) -> Iterator[Finding]:
        for role in self.roles:
            mine = [gap for gap in gaps if gap.role == ROLES[role]]
            if mine:
                yield finding(
                    "gap",
                    meter=mine[0].meter,
                    place=mine[0].first_text,
                    count=sum(gap.count for gap in mine),
                    gaps=len(mine),
                )

    def _comparisons(self) -> Iterator[MonthComparison]:
        """Both meters by month, over the intervals both have."""
        months = dict.fromkeys((part.first.year, part.first.month) for part, _ in self.cuts)
        numbers = {month: at for at, month in enumerate(months)}
        spans = [numbers[part.first.year, part.first.month] for part, _ in self.cuts]
        bucket = checks.bucket_sql("r.instant", self.bounds)
        sums = {month: [0, 0, 0, 0, 0] for month in numbers.values()}
        for at, *values in self.sql.rows(
            f"SELECT {bucket} AS span, count(*), sum(r.export_wh), sum(c.export_wh),"
            " sum(r.import_wh), sum(c.import_wh) FROM clean AS r JOIN clean AS c"
            f" ON r.instant = c.instant WHERE r.role = {REVENUE} AND c.role = {CHECK}"
            " GROUP BY span ORDER BY span"
        ):
            month = sums[spans[at]]
            sums[spans[at]] = [a + int(b) for a, b in zip(month, values, strict=True)]
        for (year, number), at in numbers.items():
            yield self._comparison(year, number, *sums[at])

    def _comparison(
        self, year: int, month: int, count: int, out: int, checked: int, into: int, check_in: int
    ) -> MonthComparison:
        apart = Decimal(abs(out - checked))
        share = (
            EXACT.divide(apart, Decimal(out)).quantize(SIX_DECIMALS, ROUND_FLOOR) if out else None
        )
        tolerance = self.readings.mapping.limits.two_meters
        return MonthComparison(
            year=year,
            month=month,
            intervals=count,
            revenue_export_wh=out,
            check_export_wh=checked,
            revenue_import_wh=into,
            check_import_wh=check_in,
            share=share,
            over=None if tolerance is None else apart > EXACT.multiply(tolerance, Decimal(out)),
        )

    def _differences(self, comparison: tuple[MonthComparison, ...]) -> Iterator[Finding]:
        for month in comparison:
            if month.over:
                yield finding(
                    "meters-differ",
                    meter=checks.meter_name(self.readings, REVENUE),
                    place=f"{month.year}-{month.month:02d}",
                    count=month.intervals,
                    month=f"{month.year}-{month.month:02d}",
                    revenue_wh=month.revenue_export_wh,
                    check_wh=month.check_export_wh,
                    share="-" if month.share is None else str(month.share),
                    tolerance=str(self.readings.mapping.limits.two_meters),
                )


def _crediting_years(spans: list[Span]) -> Iterator[CreditingYear]:
    for number in dict.fromkeys(span.crediting_year for span in spans):
        parts = [span for span in spans if span.crediting_year == number]
        yield CreditingYear(
            number=number,
            period=Period(parts[0].first, parts[-1].last),
            export_wh=sum(s.export_wh for s in parts),
            import_wh=sum(s.import_wh for s in parts),
            expected_intervals=sum(s.expected for s in parts),
            missing_intervals=sum(s.expected - s.read for s in parts),
        )
