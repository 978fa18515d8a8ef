"""Offsets from UTC that the times of a file carry: are all of them those of one time zone?"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo, available_timezones

from openccer.monitoring.findings import Finding, finding
from openccer.monitoring.mapping import WITH_OFFSET
from openccer.monitoring.tables import Readings
from openccer.monitoring.times import FAR_PAST, Span, offset_of, span_sql, wall_spans

FIRST_YEAR, LAST_YEAR = 1970, 2100  # clock changes are looked up inside these years
DAY_S = 86_400
MOST_RUNS = 100_000  # two centuries of days: what changes more often is no clock

GIVEN = "role IS NOT NULL AND wall IS NOT NULL AND offset_s IS NOT NULL"


def spans_of(readings: Readings, rows: str, zone: str | None = None) -> list[Span]:
    """The spans of wall time over the years of these rows (an SQL condition); none if no zone.

    The zone is the mapping's where no other is named.
    """
    zone = zone or readings.mapping.time.zone
    if zone == WITH_OFFSET:
        return []
    first, last = readings.sql.one(
        "SELECT CAST(year(make_timestamp(min(wall) * 1000000)) AS BIGINT),"
        " CAST(year(make_timestamp(max(wall) * 1000000)) AS BIGINT)"
        f" FROM parsed WHERE {rows} AND wall IS NOT NULL"
    )
    if first is None:
        return []
    first, last = (min(max(int(year), FIRST_YEAR), LAST_YEAR) for year in (first, last))
    return wall_spans(zone, first, last)


def offset_findings(readings: Readings) -> Iterator[Finding]:
    """Offsets that no one zone has: not the mapping's, or where it names none, not any.

    Said before any offset is filled in.
    """
    found = readings.sql.rows(
        "SELECT offset_s, count(*), min(rowid) FROM parsed WHERE role IS NOT NULL"
        " AND wall IS NOT NULL GROUP BY offset_s ORDER BY 3"
    )
    given = [(offset, count, row) for offset, count, row in found if offset is not None]
    naive = [(count, row) for offset, count, row in found if offset is None]
    zone = readings.mapping.time.zone
    if given and naive:
        (count, row) = naive[0]
        yield finding(
            "time-offset-some", meter="-", place=readings.place(row), count=count, zone=zone
        )
    if zone == WITH_OFFSET:
        others, first = (0, 0) if _one_zone(readings, len(given)) else _unusual(given)
        zone = _shown(max(given, key=lambda one: one[1])[0]) if given else zone
    else:
        others, first = _against(readings, zone)
    if others:
        yield finding(
            "time-offset-changes",
            meter="-",
            place=readings.place(first),
            count=others,
            offsets=", ".join(_shown(offset) for offset in sorted(o for o, _, _ in given)),
            zone=zone,
        )


def _against(readings: Readings, zone: str) -> tuple[int, int]:
    """How many offsets are not those of the zone at their wall time, and the first row of these.

    Only offsets that were written count: a time of a type that holds the instant has none.
    """
    column = readings.mapping.time.column
    written = [str(at) for at, file in enumerate(readings.files) if file.writes_times(column)]
    spans = spans_of(readings, GIVEN, zone) if written else []
    if not spans:
        return 0, 0
    earlier = span_sql("wall", spans, [max(span.offsets, default=span.mark) for span in spans])
    later = span_sql("wall", spans, [min(span.offsets, default=span.mark) for span in spans])
    count, first = readings.sql.one(
        f"SELECT count(*), min(row) FROM (SELECT rowid AS row, offset_s, {earlier} AS earlier,"
        f" {later} AS later, {readings.file_sql('rowid')} AS file FROM parsed WHERE {GIVEN})"
        f" WHERE offset_s <> earlier AND offset_s <> later AND file IN ({', '.join(written)})"
    )
    return int(count), int(first or 0)


def _one_zone(readings: Readings, offsets: int) -> bool:
    """Is there a zone on earth whose clock went as these offsets do?

    Each offset is held against the zone at its first and last instant of every day; no clock
    changes twice between them.
    """
    if offsets < 2:
        return True
    runs = readings.sql.rows(
        "SELECT any_value(offset_s), min(instant), max(instant) FROM"
        " (SELECT *, sum(new) OVER (ORDER BY instant, offset_s) AS run FROM"
        " (SELECT instant, offset_s, CAST(offset_s IS DISTINCT FROM"
        " lag(offset_s) OVER (ORDER BY instant, offset_s) AS BIGINT) AS new FROM"
        f" (SELECT DISTINCT wall - offset_s AS instant, offset_s FROM parsed WHERE {GIVEN}"
        f" AND abs(wall) < {FAR_PAST})))"
        f" GROUP BY run, instant // {DAY_S} ORDER BY run, 2 LIMIT {MOST_RUNS + 1}"
    )
    if len(runs) > MOST_RUNS:
        return False
    return any(
        all(offset_of(zone, int(at)) == offset for offset, *ends in runs for at in ends)
        for zone in map(ZoneInfo, sorted(available_timezones()))
    )


def _unusual(given: list[tuple[int, int, int]]) -> tuple[int, int]:
    """How many rows do not have the offset that most have, and the first of them."""
    usual = max(given, key=lambda one: one[1])[0]
    others = [one for one in given if one[0] != usual]
    return sum(count for _, count, _ in others), min(row for _, _, row in others)


def _shown(offset: int) -> str:
    sign = "-" if offset < 0 else "+"
    return f"{sign}{abs(offset) // 3600:02d}:{abs(offset) // 60 % 60:02d}"
