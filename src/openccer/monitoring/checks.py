"""What is wrong with single readings, said as findings. Every count is one SQL answer."""

from collections.abc import Iterator

from openccer.monitoring.engine import steps
from openccer.monitoring.findings import Finding, finding
from openccer.monitoring.readers import SHOWN, Readings
from openccer.monitoring.registers import (
    ACCEPTED,
    BLANK,
    CHECK,
    HALF,
    IMPOSSIBLE,
    NEGATIVE,
    NUMBER,
    REVENUE,
)
from openccer.monitoring.times import REPEATED, SKIPPED, local_text, span_sql

PLAIN_CODES = {
    BLANK: "reading-blank",
    NEGATIVE: "register-negative",
    IMPOSSIBLE: "above-capacity",
    HALF: "reading-half",
}


def meter_name(readings: Readings, role: int | None) -> str:
    """The meter's id in the file, or its role where the file names no meter."""
    meters = readings.mapping.meters
    if role is None:
        return "-"
    meter = meters.revenue if role == REVENUE else meters.check
    return (meter.id if meter else None) or ("revenue" if role == REVENUE else "check")


def file_findings(readings: Readings) -> Iterator[Finding]:
    """What is to say of the file as a whole."""
    if not readings.file.ended:
        place = readings.place(readings.rows - 1)
        yield finding("file-end", meter="-", place=place, count=1)
    if readings.mapping.meter_column is None:
        return
    count, row = readings.sql.one("SELECT count(*), min(rowid) FROM parsed WHERE role IS NULL")
    if count:
        names = readings.sql.rows(
            f"SELECT DISTINCT other FROM parsed WHERE role IS NULL ORDER BY 1 LIMIT {SHOWN}"
        )
        shown = ", ".join(repr(other) for (other,) in names)
        place = readings.place(row)
        yield finding("meter-other", meter="-", place=place, count=count, meters=shown)


def time_findings(readings: Readings) -> Iterator[Finding]:
    """Times that name no instant, or that were told apart by their order."""
    spans, zone = readings.zone_spans, readings.mapping.time.zone
    mark = span_sql("wall", spans, [span.mark for span in spans]) if spans else "0"
    codes = {0: "time-unreadable", SKIPPED: "time-skipped", REPEATED: "time-repeated"}
    found = readings.sql.rows(
        "SELECT role, mark, count(*), min(row), arg_min(shown, row) FROM"
        f" (SELECT rowid AS row, role, CASE WHEN wall IS NULL THEN 0 ELSE {mark} END AS mark,"
        " coalesce(time_text, strftime(make_timestamp(wall * 1000000), '%Y-%m-%d %H:%M')) AS shown"
        " FROM parsed WHERE role IS NOT NULL AND (wall IS NULL OR offset_s IS NULL))"
        f" WHERE mark IN (0, {SKIPPED}, {REPEATED}) AND (mark <> 0 OR shown IS NOT NULL)"
        " GROUP BY role, mark ORDER BY role, mark"
        if spans
        else "SELECT role, 0, count(*), min(rowid), arg_min(time_text, rowid) FROM parsed"
        " WHERE role IS NOT NULL AND wall IS NULL GROUP BY role ORDER BY role"
    )
    for role, kind, count, row, shown in found:
        yield finding(
            codes[kind],
            meter=meter_name(readings, role),
            place=readings.place(row),
            count=count,
            text=repr(shown),
            zone=zone,
        )
    if readings.repeated_resolved:
        count = readings.repeated_resolved
        yield finding("time-repeated-resolved", meter="-", place=zone, count=count)


def reading_findings(readings: Readings, start: int, end: int) -> Iterator[Finding]:
    """Readings of the period that were refused, by meter and reason."""
    found = readings.sql.rows(
        "SELECT role, problem, count(*), min(row) FROM reading"
        f" WHERE problem <> {ACCEPTED} AND instant >= {start} AND instant < {end}"
        " GROUP BY role, problem ORDER BY role, problem"
    )
    for role, problem, count, row in found:
        yield _reading_finding(readings, role, problem, count, row)


def _reading_finding(readings: Readings, role: int, problem: int, count: int, row: int) -> Finding:
    meter, place = meter_name(readings, role), readings.place(row)
    if problem < NUMBER:
        capacity = str(readings.mapping.limits.capacity_mw)
        code = PLAIN_CODES[problem]
        return finding(code, meter=meter, place=place, count=count, capacity_mw=capacity)
    at = (problem - NUMBER) // 20  # every other unusual number made the file unusable
    (shown,) = readings.sql.one(f"SELECT x{at} FROM parsed WHERE rowid = ?", [row])
    return finding(
        "number-exponent",
        meter=meter,
        place=place,
        count=count,
        column=readings.cells[at].column,
        text=repr(shown),
    )


def outside_findings(readings: Readings, start: int, end: int) -> Iterator[Finding]:
    """Readings before or after the period."""
    found = readings.sql.rows(
        "SELECT role, count(*), min(row), min(instant), max(instant) FROM reading"
        f" WHERE instant < {start} OR instant >= {end} GROUP BY role ORDER BY role"
    )
    for role, count, row, first, last in found:
        zone = readings.mapping.calendar
        yield finding(
            "outside-period",
            meter=meter_name(readings, role),
            place=readings.place(row),
            count=count,
            first=local_text(first, zone),
            last=local_text(last, zone),
        )


def off_grid_findings(readings: Readings, start: int, end: int) -> Iterator[Finding]:
    """Readings that do not begin where an interval begins."""
    step = readings.mapping.step_s
    found = readings.sql.rows(
        f"SELECT role, count(*), min(row) FROM reading WHERE instant >= {start}"
        f" AND instant < {end} AND (instant - {start}) % {step} <> 0 GROUP BY role ORDER BY role"
    )
    for role, count, row in found:
        yield finding(
            "time-off-grid",
            meter=meter_name(readings, role),
            place=readings.place(row),
            count=count,
            minutes=readings.mapping.time.minutes,
        )


def order_findings(readings: Readings) -> tuple[bool, list[Finding]]:
    """Is every meter's time strictly rising in the file? And where it steps back, the finding."""
    found = readings.sql.rows(
        "SELECT role, count(*) FILTER (instant < before), count(*) FILTER (instant = before),"
        " min(row) FILTER (instant < before) FROM (SELECT role, row, instant,"
        " lag(instant) OVER (PARTITION BY role ORDER BY row) AS before FROM reading)"
        " GROUP BY role ORDER BY role"
    )
    findings = [
        finding(
            "time-order",
            meter=meter_name(readings, role),
            place=readings.place(row),
            count=back,
        )
        for role, back, _, row in found
        if back
    ]
    return not any(back or same for _, back, same, _ in found), findings


def duplicate_findings(readings: Readings) -> Iterator[Finding]:
    """Intervals that stand more than once, from the table `repeat`."""
    found = readings.sql.rows(
        "SELECT role, same, count(*), min(instant) FROM repeat GROUP BY role, same"
        " ORDER BY role, same"
    )
    for role, same, count, instant in found:
        yield finding(
            "duplicate-same" if same else "duplicate-conflict",
            meter=meter_name(readings, role),
            place=local_text(instant, readings.mapping.calendar),
            count=count,
        )


def unread_but_checked(readings: Readings) -> Iterator[Finding]:
    """Intervals in which only the check meter has a reading."""
    count, first = readings.sql.one(
        f"SELECT count(*), min(instant) FROM clean AS c WHERE role = {CHECK} AND NOT EXISTS"
        f" (SELECT 1 FROM clean AS r WHERE r.role = {REVENUE} AND r.instant = c.instant)"
    )
    if count:
        place = local_text(first, readings.mapping.calendar)
        meter = meter_name(readings, REVENUE)
        yield finding("gap-check-has-reading", meter=meter, place=place, count=count)


def bucket_sql(instant: str, bounds: tuple[int, ...]) -> str:
    """SQL for the number of the span between two bounds an instant of the period lies in."""
    return steps(instant, bounds[1:-1], [str(n) for n in range(len(bounds) - 1)])
