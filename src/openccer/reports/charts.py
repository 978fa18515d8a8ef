"""The geometry of the pictures: export by month, the calendar of a year. Pure, in integers."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from openccer.kernel.calendar import ONE_DAY, Period
from openccer.kernel.quantity import WH_PER_MWH
from openccer.monitoring.model import Gap, Measurement, MonthTotal
from openccer.reports.messages import word
from openccer.reports.model import Bar, DayCell, YearStrip
from openccer.reports.shown import mwh

CHART_WIDTH, BASELINE = 360, 130
CELL, LEFT, TOP = 10, 40, 14
MINUTES_PER_DAY = 1440
ROOM_FOR_TEXT = 1_500  # hundredths: narrower bars stand without a number
DUPLICATES = frozenset({"duplicate-same", "duplicate-conflict"})


def month_bars(months: Sequence[MonthTotal]) -> tuple[Bar, ...]:
    """One bar for each month, its height in proportion to the export."""
    if not months:
        return ()
    highest = max(1, *(month.export_wh for month in months))
    slot = CHART_WIDTH * 100 // len(months)  # hundredths
    return tuple(
        _bar(month, at * slot, slot, month.export_wh * (BASELINE - TOP) * 100 // highest)
        for at, month in enumerate(months)
    )


def _bar(month: MonthTotal, left: int, slot: int, height: int) -> Bar:
    return Bar(
        label=str(month.month) if slot >= ROOM_FOR_TEXT else "",
        value=f"{month.year}-{month.month:02d}: {mwh(month.export_wh)} MWh",
        short=f"{month.export_wh // WH_PER_MWH:,}",
        x=_hundredths(left + slot // 8),
        y=_hundredths(BASELINE * 100 - height),
        width=_hundredths(slot * 3 // 4),
        height=_hundredths(height),
        middle=_hundredths(left + slot // 2),
        above=_hundredths(BASELINE * 100 - height - 250),
        hole=month.missing_intervals > 0,
    )


def _hundredths(value: int) -> str:
    return f"{value // 100}.{value % 100:02d}"


def strips(measurement: Measurement) -> tuple[YearStrip, ...]:
    """A calendar of every year of the period for each meter: months down, days across."""
    roles = dict.fromkeys((month.meter, month.role) for month in measurement.months)
    expected = MINUTES_PER_DAY // measurement.interval_minutes
    found: list[YearStrip] = []
    for meter, role in roles:
        gaps = [gap for gap in measurement.gaps if (gap.meter, gap.role) == (meter, role)]
        missing = missing_by_day(gaps, measurement)
        twice = _first_duplicates(measurement, meter)
        for year, part in measurement.period.by_year():
            found.append(_strip(year, part, meter, role, missing, twice, expected))
    return tuple(found)


def missing_by_day(gaps: Sequence[Gap], measurement: Measurement) -> dict[date, int]:
    """How many intervals each day lacks, days as the calendar zone counts them."""
    zone, step = ZoneInfo(measurement.calendar), measurement.interval_minutes * 60
    found: dict[date, int] = {}
    for gap in gaps:
        at, end = gap.first, gap.first + gap.count * step
        while at < end:
            day = datetime.fromtimestamp(at, UTC).astimezone(zone).date()
            midnight = datetime.combine(day + ONE_DAY, datetime.min.time(), zone)
            until = min(end, int(midnight.timestamp()))
            count = -(-(until - at) // step)
            found[day] = found.get(day, 0) + count
            at += count * step
    return found


def _first_duplicates(measurement: Measurement, meter: str) -> frozenset[date]:
    """The days that findings of doubled readings name; a finding names its first place only."""
    places = [f.place for f in measurement.findings if f.code in DUPLICATES and f.meter == meter]
    return frozenset(day for place in places if (day := _day(place)) is not None)


def _day(place: str) -> date | None:
    try:
        return date.fromisoformat(place[:10])
    except ValueError:
        return None


def _strip(
    year: int,
    part: Period,
    meter: str,
    role: str,
    missing: dict[date, int],
    twice: frozenset[date],
    expected: int,
) -> YearStrip:
    rows = {month: at for at, month in enumerate(range(part.first.month, part.last.month + 1))}
    cells = tuple(
        _cell(day, missing.get(day, 0), expected, day in twice, TOP + rows[day.month] * (CELL + 2))
        for day in _days(part)
    )
    return YearStrip(
        year=year,
        meter=meter,
        role=word("meters", role),
        months=tuple((month, TOP + at * (CELL + 2)) for month, at in rows.items()),
        cells=cells,
        height=TOP + len(rows) * (CELL + 2) + 2,
        counts={
            kind: sum(cell.kind == kind for cell in cells)
            for kind in ("complete", "part", "none", "twice")
        },
    )


def _days(period: Period) -> Iterator[date]:
    return (period.first + timedelta(days=n) for n in range(period.days))


def _cell(day: date, missing: int, expected: int, twice: bool, y: int) -> DayCell:
    kind = "complete"
    if missing:
        kind = "none" if missing >= expected else "part"
    elif twice:
        kind = "twice"
    x = LEFT + (day.day - 1) * CELL
    return DayCell(day=day, kind=kind, missing=missing, expected=expected, x=x, y=y)
