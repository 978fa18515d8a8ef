"""Defects of a series, seen over its rows: stuck, straight, spiked, slipped by a power of ten.

A series is a table of integers: role, instant (epoch seconds UTC), export_wh, import_wh, one row
per meter and interval. Every detector is a question about it and answers with sightings; none
changes a number. What is done about a defect is for the methodology's rules.

The thresholds are ours. Where they come from and how well they do: docs/quality.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from openccer.monitoring.engine import Sql
from openccer.monitoring.errors import Fact

DAY_S = 86_400

STUCK_INTERVALS = 8  # as many equal readings are no wind and no sun: the steadiest real runs end
LINE_INTERVALS = 8  # as many equal steps are drawn, not metered; a morning's rise bends
FLOOR_SHARE = 100  # below 1/100 of the usual top a register shows its resolution, not the plant
FULL_SHARE = 20  # within 1/20 of its best days a plant at rated output may repeat itself ...
FULL_INTERVALS_S = DAY_S  # ... for a day
LINE_ROUNDING_WH = 1  # equal steps, cut to whole Wh, differ by so much
LINE_STEP_WH = 10  # smaller steps cannot be told from that rounding
SPIKE_SHARE = (2, 5)  # a spike stands off its neighbours by more than 2/5 of the usual top ...
SPIKE_RANGES = 2  # ... and by more than twice what those neighbours differ: gusts mostly do not
SLIP_FACTORS = (10, 100, 1_000)
SLIP_ABOVE = 4  # above 4 times the usual top: no weather does that, a factor of ten does
SLIP_INTERVALS = 4  # fewer than this is a spike


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One defect on one meter: from the first instant to the last, over `count` intervals."""

    code: str
    role: int
    first: int
    last: int
    count: int
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A table of accepted readings, its step, and how far its calendar is ahead of UTC [s].

    `tops` is the usual top of each meter's output and `fulls` what it reaches on its best days:
    the fifth and the ninth decile of `usual_tops`.
    """

    sql: Sql
    table: str
    step_s: int
    ahead_s: int
    tops: Mapping[int, int]
    fulls: Mapping[int, int]

    @property
    def net(self) -> str:
        """SQL for all readings as role, instant and n: export less import [Wh].

        In 128 bits, so that no factor of a comparison can overflow.
        """
        n = "CAST(export_wh AS HUGEINT) - import_wh"
        return f"(SELECT role, instant, {n} AS n FROM {self.table})"

    @property
    def top(self) -> str:
        """SQL for the usual top of the row's meter."""
        return _by_role(self.tops)

    @property
    def at_full(self) -> str:
        """SQL: does the row's meter read within 1/20 of what it reaches on its best days?"""
        full = _by_role(self.fulls)
        return f"abs(abs(n) - {full}) * {FULL_SHARE} <= {full}"


def _by_role(values: Mapping[int, int]) -> str:
    cases = " ".join(f"WHEN {role} THEN {value}" for role, value in values.items())
    return f"CASE role {cases} ELSE 0 END" if cases else "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One meter on one day: sums, the greatest reading either way, and where its middle lies.

    `middle` is the mean second of the day weighted by export, None on a day without any.
    """

    role: int
    day: int  # days since 1970, in the calendar
    export_wh: int
    import_wh: int
    top_wh: int
    count: int
    middle: int | None
    first: int
    last: int


def days_of(sql: Sql, table: str, ahead_s: int) -> list[Day]:
    """The series by meter and day, in order: one pass over the rows."""
    at = f"(instant + {ahead_s})"
    found = sql.rows(
        f"SELECT role, {at} // {DAY_S} AS day, CAST(sum(export_wh) AS HUGEINT),"
        " CAST(sum(import_wh) AS HUGEINT), max(greatest(export_wh, import_wh)), count(*),"
        f" sum(CAST({at} % {DAY_S} AS HUGEINT) * export_wh), min(instant), max(instant)"
        f" FROM {table} GROUP BY role, day ORDER BY role, day"
    )
    return [
        Day(
            role=role,
            day=day,
            export_wh=int(out),
            import_wh=int(into),
            top_wh=int(top),
            count=count,
            middle=int(moment) // int(out) if out else None,
            first=first,
            last=last,
        )
        for role, day, out, into, top, count, moment, first, last in found
    ]


def middle_of(values: Iterable[int]) -> int:
    """The lower median of whole numbers; 0 of none."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2] if ordered else 0


def usual_tops(days: Iterable[Day], tenth: int = 5) -> dict[int, int]:
    """By meter: a decile of its days' greatest readings [Wh], the median if not said otherwise.

    A few wild days do not move it. 0 for a meter that reads nothing.
    """
    tops: dict[int, list[int]] = {}
    for day in days:
        tops.setdefault(day.role, []).append(day.top_wh)
    ordered = {role: sorted(top for top in found if top) or [0] for role, found in tops.items()}
    return {role: found[(len(found) - 1) * tenth // 10] for role, found in ordered.items()}


def runs(series: Series) -> Iterator[Sighting]:
    """Runs of equal readings (stuck) and of equal steps (straight line: interpolated).

    A reading of zero, or below 1/100 of the usual top, is never stuck: nights and calms are real.
    """
    step, top = series.step_s, series.top
    full = FULL_INTERVALS_S // step
    steps = (
        f"SELECT role, instant, n, instant - lag(instant) OVER w AS dt, n - lag(n) OVER w AS d"
        f" FROM {series.net} WINDOW w AS (PARTITION BY role ORDER BY instant)"
    )
    kinds = (
        "SELECT role, instant, n, CASE WHEN d = 0 THEN 0 ELSE 1 END AS kind,"
        f" d FROM (SELECT *, lag(d) OVER w AS before, lag(dt) OVER w AS dt_before FROM ({steps})"
        f" WINDOW w AS (PARTITION BY role ORDER BY instant)) WHERE dt = {step} AND"
        f" (d = 0 AND abs(n) * {FLOOR_SHARE} > {top} OR abs(d) >= {LINE_STEP_WH}"
        f" AND dt_before = {step} AND abs(d - before) <= {LINE_ROUNDING_WH})"
    )
    islands = (
        f"SELECT *, instant - {step} * row_number() OVER (PARTITION BY role, kind"
        f" ORDER BY instant) AS island FROM ({kinds})"
    )
    found = series.sql.rows(
        f"SELECT role, kind, min(instant) - {step} * (1 + kind), max(instant),"
        " count(*) + 1 + kind AS long, arg_min(n, instant), arg_min(d, instant)"
        f" FROM ({islands}) GROUP BY role, kind, island HAVING long >= {LINE_INTERVALS}"
        f" AND kind = 1 OR kind = 0 AND long >= CASE WHEN bool_or({series.at_full}) THEN {full}"
        f" ELSE {STUCK_INTERVALS} END ORDER BY 1, 3, 2"
    )
    for role, kind, first, last, count, value, slope in found:
        facts: dict[str, Fact] = {"step_wh": slope} if kind else {"value_wh": value}
        code = "value-line" if kind else "value-stuck"
        yield Sighting(code=code, role=role, first=first, last=last, count=count, facts=facts)


def spikes(series: Series) -> Iterator[Sighting]:
    """Single readings far from the two before and the two after, which agree among themselves."""
    step, part, names = series.step_s, SPIKE_SHARE, ("b2", "b1", "a1", "a2")
    near = ", ".join(
        f"CASE WHEN abs({call}(instant, {k}) OVER w - instant) = {k * step}"
        f" THEN {call}(n, {k}) OVER w END AS {name}"
        for name, call, k in zip(names, ("lag", "lag", "lead", "lead"), (2, 1, 1, 2), strict=True)
    )
    listed = ", ".join(names)  # greatest and least leave out a neighbour that is missing
    known = " + ".join(f"CAST({name} IS NOT NULL AS TINYINT)" for name in names)
    found = series.sql.rows(
        "SELECT role, instant, n, low, high FROM (SELECT *,"
        f" greatest(n - high, low - n) AS off FROM (SELECT *, least({listed}) AS low,"
        f" greatest({listed}) AS high FROM (SELECT role, instant, n, {near} FROM {series.net}"
        f" WINDOW w AS (PARTITION BY role ORDER BY instant)) WHERE {known} >= 2))"
        f" WHERE off * {part[1]} > {series.top} * {part[0]} AND off > {SPIKE_RANGES} * (high - low)"
        f" AND {series.top} > 0 ORDER BY role, instant"
    )
    for role, instant, value, low, high in found:
        yield Sighting(
            code="value-spike",
            role=role,
            first=instant,
            last=instant,
            count=1,
            facts={"value_wh": value, "low_wh": low, "high_wh": high},
        )


def slips_up(series: Series) -> Iterator[Sighting]:
    """Stretches far above the usual top: a decimal sign too far to the right.

    Two readings above it belong to one stretch if no more than a day lies between them.
    """
    found = series.sql.rows(
        "SELECT role, min(instant), max(instant), count(*), max(abs(n)) FROM (SELECT *,"
        " count(*) FILTER (apart) OVER (PARTITION BY role ORDER BY instant) AS stretch FROM"
        f" (SELECT role, instant, n, coalesce(instant - lag(instant) OVER (PARTITION BY role"
        f" ORDER BY instant) > {DAY_S}, true) AS apart FROM {series.net}"
        f" WHERE {series.top} > 0 AND abs(n) > {SLIP_ABOVE} * {series.top}))"
        f" GROUP BY role, stretch HAVING count(*) >= {SLIP_INTERVALS} ORDER BY 1, 2"
    )
    for role, first, last, count, most in found:
        ratio = most // series.tops[role]
        factor = max((f for f in SLIP_FACTORS if ratio >= f * 2 // 5), default=SLIP_FACTORS[0])
        facts: dict[str, Fact] = {"factor": f"x {factor}", "evidence_wh": most}
        yield Sighting(
            code="decimal-slip", role=role, first=first, last=last, count=count, facts=facts
        )
