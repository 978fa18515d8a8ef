"""Every detector over one table of readings, and what they saw as findings."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby

from openccer.monitoring import detect, detect_days, detect_slips
from openccer.monitoring.checks import meter_name
from openccer.monitoring.detect import Series, Sighting
from openccer.monitoring.engine import Sql
from openccer.monitoring.findings import Finding, finding
from openccer.monitoring.mapping import SOLAR, Site
from openccer.monitoring.registers import CHECK, REVENUE
from openccer.monitoring.tables import SHOWN, Readings
from openccer.monitoring.times import local_text

FULL_TENTH = 9  # the ninth decile of the days' tops: a plant that is ever at full reaches it


def sightings(
    sql: Sql,
    table: str,
    step_s: int,
    *,
    ahead_s: int = 0,
    site: Site | None = None,
    two_meters: Decimal | None = None,
) -> list[Sighting]:
    """All that is seen in a table of role, instant, export_wh and import_wh, in order of place.

    `ahead_s` says how far the calendar is ahead of UTC [s], `two_meters` the share by which two
    meters may differ. The table is only read.
    """
    days = detect.days_of(sql, table, ahead_s)
    tops, fulls = detect.usual_tops(days), detect.usual_tops(days, FULL_TENTH)
    series = Series(sql=sql, table=table, step_s=step_s, ahead_s=ahead_s, tops=tops, fulls=fulls)
    found = [*detect.runs(series), *detect.spikes(series), *detect.slips_up(series)]
    found += [*detect_slips.slips_down(series), *detect_days.swapped(days)]
    if site is not None and site.kind == SOLAR:
        found += detect_days.clock_by_sun(days, REVENUE, site.longitude, ahead_s)
    if CHECK in tops:
        pairs = detect_days.pairs(series)
        found += [*detect_days.clock_by_meter(series), *detect_days.slipped(pairs)]
        if two_meters is not None:
            found += detect_days.differing(pairs, two_meters)
    return sorted(set_apart(found), key=lambda one: (one.role, one.first, one.code))


def set_apart(found: Iterable[Sighting]) -> Iterator[Sighting]:
    """Without the spikes that are no defects: parts of a slip, or seen by both meters at once."""
    all_found = list(found)
    slips = [one for one in all_found if one.code == "decimal-slip"]
    spikes = Counter(one.first for one in all_found if one.code == "value-spike")
    for one in all_found:
        slipped = any(
            slip.role == one.role and slip.first <= one.first <= slip.last for slip in slips
        )
        if one.code != "value-spike" or not (slipped or spikes[one.first] > 1):
            yield one


def defect_findings(readings: Readings, table: str, start: int) -> Iterator[Finding]:
    """The sightings as findings: at most 20 of one code and meter, then how many more there are."""
    mapping = readings.mapping
    found = sightings(
        readings.sql,
        table,
        mapping.step_s,
        ahead_s=-start % detect.DAY_S,
        site=mapping.site,
        two_meters=mapping.limits.two_meters,
    )
    ordered = sorted(found, key=lambda one: (one.code, one.role, one.first))
    for (code, role), group in groupby(ordered, key=lambda one: (one.code, one.role)):
        mine = list(group)
        for one in mine[:SHOWN]:
            yield _finding(readings, one)
        if len(mine) > SHOWN:
            place = local_text(mine[SHOWN].first, mapping.calendar)
            name = meter_name(readings, role)
            more = len(mine) - SHOWN
            yield finding("defects-more", meter=name, place=place, count=more, what=code)


def _finding(readings: Readings, seen: Sighting) -> Finding:
    zone = readings.mapping.calendar
    first, last = local_text(seen.first, zone), local_text(seen.last, zone)
    return finding(
        seen.code,
        meter=meter_name(readings, seen.role),
        place=first,
        count=seen.count,
        file=readings.names,
        first=first,
        last=last,
        **seen.facts,
    )
