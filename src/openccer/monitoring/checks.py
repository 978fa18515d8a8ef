"""What is wrong with single readings, said as findings. Every count is one SQL answer."""

import re
from collections.abc import Iterator

from openccer.monitoring.cumulative import fall, rollovers
from openccer.monitoring.engine import steps
from openccer.monitoring.findings import Finding, finding
from openccer.monitoring.registers import (
    ACCEPTED,
    BLANK,
    CHECK,
    FAR,
    FELL,
    HALF,
    IMPOSSIBLE,
    NEGATIVE,
    NUMBER,
    REVENUE,
    UNSURE,
)
from openccer.monitoring.tables import SHOWN, Readings
from openccer.monitoring.times import REPEATED, SKIPPED, local_text, span_sql

PLAIN_CODES = {
    BLANK: "reading-blank",
    NEGATIVE: "register-negative",
    IMPOSSIBLE: "above-capacity",
    HALF: "reading-half",
    FELL: "register-fell",
    FAR: "register-far",
    UNSURE: "register-conflict",
}
UNIT_AT_END = re.compile(r"(?i)(?:^|[\s_\-(\[（【/])([kmg]?wh?|千瓦时|兆瓦时|千瓦|兆瓦)[)\]）】]?$")
CHINESE_UNITS = {"千瓦时": "kwh", "兆瓦时": "mwh", "千瓦": "kw", "兆瓦": "mw"}


def meter_name(readings: Readings, role: int | None) -> str:
    """The meter's id in the file, or its role where the file names no meter."""
    meters = readings.mapping.meters
    if role is None:
        return "-"
    meter = meters.revenue if role == REVENUE else meters.check
    return (meter.id if meter else None) or ("revenue" if role == REVENUE else "check")


def file_findings(readings: Readings) -> Iterator[Finding]:
    """What is to say of each file as a whole."""
    yield from readings.said
    yield from _unit_names(readings)
    for at, file in enumerate(readings.files):
        if not file.ended:
            after = [*readings.firsts[1:], readings.rows][at]
            yield finding("file-end", meter="-", place=readings.place(after - 1), count=1)
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


def _unit_names(readings: Readings) -> Iterator[Finding]:
    """Columns whose own name ends in another unit than the mapping gives them."""
    energies = (readings.mapping.energy, readings.mapping.check_energy)
    columns = {c.column: c for energy in energies if energy for c in energy.columns}
    for column in columns.values():
        found = UNIT_AT_END.search(column.column)
        said = CHINESE_UNITS.get(found[1], found[1].lower()) if found else column.unit.lower()
        if found and said != column.unit.lower():
            yield finding(
                "unit-name",
                meter="-",
                place=f"{readings.files[0].path.name}:1",
                count=1,
                column=column.column,
                unit=column.unit,
            )


def register_findings(readings: Readings) -> Iterator[Finding]:
    """Cumulative registers that began again at zero."""
    if readings.mapping.cumulative:
        for role, row, count, scale in rollovers(readings):
            meter, place = meter_name(readings, role), readings.place(row)
            yield finding(
                "register-rollover", meter=meter, place=place, count=count, scale_wh=scale
            )


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
        before, after = fall(readings, row) if problem == FELL else (0, 0)
        facts = {"before_wh": before, "after_wh": after} if problem == FELL else {}
        return finding(code, meter=meter, place=place, count=count, capacity_mw=capacity, **facts)
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
    """Is every meter's time strictly rising? And where it steps back in a file, the finding."""
    own = f"role, {readings.file_sql('row')}"
    found = readings.sql.rows(
        "SELECT role, count(*) FILTER (instant < before), count(*) FILTER (instant = before),"
        " min(row) FILTER (instant < before) FROM (SELECT role, row, instant,"
        f" lag(instant) OVER (PARTITION BY {own} ORDER BY row) AS before FROM reading)"
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
    rising = not any(back or same for _, back, same, _ in found)
    return rising and not _overlap(readings, own), findings


def _overlap(readings: Readings, own: str) -> bool:
    """Do two files reach into each other's time for one meter?"""
    if len(readings.files) == 1:
        return False
    (count,) = readings.sql.one(
        "SELECT count(*) FROM (SELECT first, lag(last) OVER (PARTITION BY role ORDER BY first)"
        " AS before FROM (SELECT role, min(instant) AS first, max(instant) AS last FROM reading"
        f" GROUP BY {own})) WHERE first <= before"
    )
    return bool(count)


def duplicate_findings(readings: Readings) -> Iterator[Finding]:
    """Intervals that stand more than once, from the table `repeat`: in a file, or in several."""
    found = readings.sql.rows(
        "SELECT role, across, same, count(*), min(instant), max(instant) FROM repeat"
        " GROUP BY role, across, same ORDER BY role, across, same"
    )
    zone = readings.mapping.calendar
    for role, across, same, count, first, last in found:
        meter = meter_name(readings, role)
        if not across:
            code = "duplicate-same" if same else "duplicate-conflict"
            yield finding(code, meter=meter, place=local_text(first, zone), count=count)
            continue
        rows = readings.sql.rows(
            f"SELECT row, export_wh FROM reading WHERE role = {role} AND instant = {first}"
            " ORDER BY row"
        )
        yield finding(
            "overlap-same" if same else "overlap-conflict",
            meter=meter,
            place=", ".join(readings.place(row) for row, _ in rows),
            count=count,
            first=local_text(first, zone),
            last=local_text(last, zone),
            values=", ".join("-" if value is None else str(value) for _, value in rows),
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
