"""Offsets from UTC that the times of a file carry: do they change as a clock may, or otherwise?"""

from collections.abc import Iterator, Sequence

from openccer.monitoring.findings import Finding, finding
from openccer.monitoring.mapping import WITH_OFFSET
from openccer.monitoring.tables import Readings
from openccer.monitoring.times import REPEATED, Span, span_sql, wall_spans

FIRST_YEAR, LAST_YEAR = 1970, 2100  # clock changes are looked up inside these years

SUMMER_S = 3_600  # a zone's two offsets are an hour apart; others change by no law of a clock


def spans_of(readings: Readings, rows: str) -> list[Span]:
    """The spans of wall time over the years of these rows (an SQL condition); none if no zone."""
    if readings.mapping.time.zone == WITH_OFFSET:
        return []
    first, last = readings.sql.one(
        "SELECT CAST(year(make_timestamp(min(wall) * 1000000)) AS BIGINT),"
        " CAST(year(make_timestamp(max(wall) * 1000000)) AS BIGINT)"
        f" FROM parsed WHERE {rows} AND wall IS NOT NULL"
    )
    if first is None:
        return []
    first, last = (min(max(int(year), FIRST_YEAR), LAST_YEAR) for year in (first, last))
    return wall_spans(readings.mapping.time.zone, first, last)


def offset_findings(readings: Readings) -> Iterator[Finding]:
    """Offsets that change within the files other than the zone's own do. Before any is filled in.

    Where the mapping names no zone, two offsets an hour apart pass as summer and standard time.
    """
    found = readings.sql.rows(
        "SELECT offset_s, count(*), min(rowid) FROM parsed WHERE role IS NOT NULL"
        " AND wall IS NOT NULL GROUP BY offset_s ORDER BY 3"
    )
    given = [(offset, count, row) for offset, count, row in found if offset is not None]
    naive = [(count, row) for offset, count, row in found if offset is None]
    if given and naive:
        (count, row) = naive[0]
        yield finding(
            "time-offset-some",
            meter="-",
            place=readings.place(row),
            count=count,
            zone=readings.mapping.time.zone,
        )
    if len(given) < 2:
        return
    spans = spans_of(readings, "offset_s IS NOT NULL")
    count, first = _against_zone(readings, spans) if spans else _by_themselves(given)
    if count:
        yield finding(
            "time-offset-changes",
            meter="-",
            place=readings.place(first),
            count=count,
            offsets=", ".join(_shown(offset) for offset in sorted(o for o, _, _ in given)),
        )


def _against_zone(readings: Readings, spans: Sequence[Span]) -> tuple[int, int]:
    wanted = span_sql("wall", spans, [span.mark for span in spans])
    count, first = readings.sql.one(
        f"SELECT count(*), min(rowid) FROM (SELECT rowid, offset_s, {wanted} AS wanted FROM parsed"
        " WHERE role IS NOT NULL AND wall IS NOT NULL AND offset_s IS NOT NULL)"
        f" WHERE wanted <> offset_s AND wanted <> {REPEATED}"
    )
    return int(count), int(first or 0)


def _by_themselves(given: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    offsets = [offset for offset, _, _ in given]
    if len(offsets) == 2 and abs(offsets[0] - offsets[1]) == SUMMER_S:
        return 0, 0
    usual = max(given, key=lambda one: one[1])[0]
    others = [one for one in given if one[0] != usual]
    return sum(count for _, count, _ in others), min(row for _, _, row in others)


def _shown(offset: int) -> str:
    sign = "-" if offset < 0 else "+"
    return f"{sign}{abs(offset) // 3600:02d}:{abs(offset) // 60 % 60:02d}"
