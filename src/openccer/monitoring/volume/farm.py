"""Month files added up: every meter in every month of the period, as one `Measurement`.

A meter is known by any reading in any file. Where it has none in a month, or the month has no
file, the whole month is missing. Gaps end with their month; of all of them the longest are kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version

from openccer.kernel.calendar import Period
from openccer.monitoring.findings import Finding, blocks, finding
from openccer.monitoring.mapping import Mapping
from openccer.monitoring.model import Gap, Measurement, MonthTotal
from openccer.monitoring.times import local_text
from openccer.monitoring.volume.model import STRETCHES, VERSION, MonthTotals, Stretch
from openccer.monitoring.volume.plan import Month, bounds_of, months_of
from openccer.mrv.model import MeteredYear


def dataset_digest(months: Sequence[MonthTotals]) -> str:
    """SHA-256 over the months and the digests of their raw files, whatever the files are called."""
    lines = [f"{m.month[0]}-{m.month[1]:02d} {m.digest}\n" for m in sorted(months, key=_month_of)]
    return sha256("".join(lines).encode()).hexdigest()


def engine() -> str:
    """What decides on a reading at volume: the kernel, and the libraries it stands on."""
    parts = (("Arrow", "pyarrow"), ("NumPy", "numpy"), ("DuckDB", "duckdb"))
    stand = ", ".join(f"{name} {version(package)}" for name, package in parts)
    return f"OpenCCER kernel {VERSION} ({stand})"


def measurement_of(
    months: Sequence[MonthTotals], mapping: Mapping, mapping_digest: str, period: Period
) -> Measurement:
    """The farm over the period: its months, years, findings and longest gaps."""
    farm = Farm(months={m.month: m for m in months}, mapping=mapping, period=period)
    queries = "".join(m.query for m in sorted(months, key=_month_of))
    return Measurement(
        dataset=dataset_digest(months),
        files=tuple((m.file, m.digest) for m in sorted(months, key=_month_of)),
        mapping=mapping_digest,
        query=sha256(queries.encode()).hexdigest(),
        engine=engine(),
        title={"zh": mapping.title.zh, "en": mapping.title.en},
        source=mapping.source,
        period=period,
        calendar=mapping.calendar,
        interval_minutes=mapping.time.minutes,
        rows=sum(m.rows for m in months),
        months=tuple(farm.month_totals()),
        years=tuple(farm.years()),
        crediting_years=(),
        check=(),
        findings=tuple(farm.findings()),
        gaps=tuple(farm.gaps()),
    )


def _month_of(totals: MonthTotals) -> Month:
    return totals.month


@dataclass(frozen=True, slots=True, kw_only=True)
class Farm:
    """The totals of the month files that are there, and the period they are held against."""

    months: dict[Month, MonthTotals]
    mapping: Mapping
    period: Period

    @property
    def meters(self) -> list[str]:
        return sorted({meter.meter for month in self.months.values() for meter in month.meters})

    @property
    def name(self) -> str:
        return f"* ({len(self.meters)})"

    def slots(self, part: Period) -> int:
        """How many intervals of one meter the days hold."""
        start, end = bounds_of(part.first, part.last, self.mapping.calendar)
        return (end - start) // self.mapping.step_s

    def month_totals(self) -> Iterator[MonthTotal]:
        """All meters together, month by month; a month without a file is all missing."""
        count = len(self.meters)
        for month, part in months_of(self.period):
            here = self.months.get(month)
            meters = here.meters if here else ()
            expected = count * self.slots(part)
            yield MonthTotal(
                meter=self.name,
                role="revenue",
                year=month[0],
                month=month[1],
                period=part,
                export_wh=sum(meter.export_wh for meter in meters),
                import_wh=sum(meter.import_wh for meter in meters),
                expected_intervals=expected,
                missing_intervals=expected - sum(meter.read for meter in meters),
            )

    def years(self) -> Iterator[MeteredYear]:
        """What the methodology takes: all meters together, calendar year by calendar year."""
        largest = max(
            (m.largest_import_wh for month in self.months.values() for m in month.meters), default=0
        )
        months = list(self.month_totals())
        for year, part in self.period.by_year():
            inside = [month for month in months if month.year == year]
            yield MeteredYear(
                year=year,
                period=part,
                export_wh=sum(month.export_wh for month in inside),
                import_wh=sum(month.import_wh for month in inside),
                interval_minutes=self.mapping.time.minutes,
                expected_intervals=sum(month.expected_intervals for month in inside),
                missing_intervals=sum(month.missing_intervals for month in inside),
                largest_import_wh=largest,
            )

    def _absent(self) -> list[tuple[Month, Stretch]]:
        """Whole months in which a meter has no reading at all."""
        found = []
        for month, part in months_of(self.period):
            here = self.months.get(month)
            there = {meter.meter for meter in here.meters} if here else set()
            start, _ = bounds_of(part.first, part.last, self.mapping.calendar)
            count = self.slots(part)
            found += [
                (month, Stretch(meter=meter, first=start, count=count))
                for meter in self.meters
                if meter not in there
            ]
        return found

    def gaps(self) -> Iterator[Gap]:
        """The longest gaps, in order of meter and time."""
        stretches = [stretch for _, stretch in self._absent()]
        stretches += [s for month in self.months.values() for s in month.stretches]
        longest = sorted(stretches, key=lambda s: (-s.count, s.meter, s.first))[:STRETCHES]
        step, zone = self.mapping.step_s, self.mapping.calendar
        for stretch in sorted(longest, key=lambda s: (s.meter, s.first)):
            last = stretch.first + (stretch.count - 1) * step
            yield Gap(
                meter=stretch.meter,
                role="revenue",
                first=stretch.first,
                last=last,
                count=stretch.count,
                first_text=local_text(stretch.first, zone),
                last_text=local_text(last, zone),
            )

    def findings(self) -> Iterator[Finding]:
        """What was found, by code and over all files; the first place is the first file with it."""
        codes = sorted({code for month in self.months.values() for code in month.found})
        for code in codes:
            having = [m for m in sorted(self.months.values(), key=_month_of) if m.found.get(code)]
            if having:
                count = sum(month.found[code] for month in having)
                yield self._finding(code, self._place(code, having[0]), count)
        without = [month for month, _ in months_of(self.period) if month not in self.months]
        if without:
            place = ", ".join(f"{year}-{number:02d}" for year, number in without)
            yield self._finding("month-missing", place, len(without))
        missing = sum(month.missing_intervals for month in self.month_totals())
        if missing:
            gaps = sum(month.gaps for month in self.months.values()) + len(self._absent())
            first = min(self.gaps(), key=lambda gap: (gap.first, gap.meter))
            place = f"{first.meter} {first.first_text}"
            yield finding("gap", meter=self.name, place=place, count=missing, gaps=gaps)

    def _place(self, code: str, month: MonthTotals) -> str:
        """The file; with the meter and the time where readings contradict one another."""
        at = month.conflict if blocks(code) else None
        if at is None:
            return month.file
        return f"{month.file}: {at.meter} {local_text(at.first, self.mapping.calendar)}"

    def _finding(self, code: str, place: str, count: int) -> Finding:
        return finding(
            code,
            meter=self.name,
            place=place,
            count=count,
            capacity_mw=str(self.mapping.limits.capacity_mw),
            minutes=self.mapping.time.minutes,
        )
