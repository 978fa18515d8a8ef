"""Defects of a series, seen over its days: a clock that was moved, registers that were exchanged.

Pure functions over a list of days, and three questions to the table where two meters are compared.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from openccer.monitoring.detect import DAY_S, SLIP_FACTORS, Day, Series, Sighting, middle_of
from openccer.monitoring.errors import Fact
from openccer.monitoring.registers import CHECK, REVENUE
from openccer.monitoring.sun import noon_utc

SWAP_TIMES = 2  # on an exchanged day the import is more than twice the export ...
SWAP_SHARE = 10  # ... and more than 1/10 of a usual day: no standby draws so much
CLOCK_DAYS = 21  # days on each side whose middles are compared: clouds move a single day's by hours
CLOCK_LEAST_DAYS = 7  # fewer days on a side say nothing
CLOCK_LEAST_S = 1_500  # 25 minutes: less is the season and the weather
CLOCK_STEP_S = 1_800  # clocks are wrong by whole or half hours
SUN_LEAST_S = 5_400  # against the sun itself; panels to the east or west are off by up to an hour
LAGS_S = (1_800, 3_600, 7_200, 28_800)  # and the same back; eight hours: UTC for Beijing time
LAG_DAYS = 3  # as many days in a row, or it is chance
LAG_SHARE = 2  # moved, the meters differ by less than half of what they differ unmoved
QUIET_SHARE = 10  # a share of less than 1/10 of a usual day says nothing: calms, nights of standby
SLIP_ROOM = 4  # daily sums of two meters whose quotient is within 1/4 of a power of ten


SUN: Mapping[str, Fact] = {"against_zh": "太阳", "against_en": "the sun"}
CHECK_METER: Mapping[str, Fact] = {"against_zh": "校核表", "against_en": "the check meter"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Both meters on one day, over the intervals both have [Wh]."""

    day: int
    count: int
    revenue_wh: int
    check_wh: int
    first: int
    last: int


def swapped(days: Iterable[Day]) -> Iterator[Sighting]:
    """Stretches of days on which a plant that generates seems to consume: registers exchanged."""
    for role, mine in groupby(days, key=lambda day: day.role):
        own = list(mine)
        usual = middle_of(max(day.export_wh, day.import_wh) for day in own)
        wrong = [
            day
            for day in own
            if day.import_wh > SWAP_TIMES * day.export_wh and day.import_wh * SWAP_SHARE > usual
        ]
        for stretch in stretches(wrong):
            yield Sighting(
                code="registers-swapped",
                role=role,
                first=stretch[0].first,
                last=stretch[-1].last,
                count=len(stretch),
                facts={
                    "export_wh": sum(day.export_wh for day in stretch),
                    "import_wh": sum(day.import_wh for day in stretch),
                },
            )


def stretches(days: Sequence[Day]) -> Iterator[list[Day]]:
    """Days in a row, a single day left out between two of them forgiven: it may have been calm."""
    run: list[Day] = []
    for day in days:
        if run and day.day - run[-1].day > 2:
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def clock_by_sun(
    days: Sequence[Day], role: int, longitude: Decimal | None, ahead_s: int
) -> Iterator[Sighting]:
    """A solar plant whose day moves against the sun by half an hour or more, from a day on.

    The middle of each day's output less the sun's noon should stay where it is: panels that look
    east or west are off by a constant, the season is in the equation of time. With the longitude
    a constant that no panel explains is a sighting too.
    """
    own = [day for day in days if day.role == role and day.middle is not None and day.export_wh]
    least = middle_of(day.export_wh for day in own) // 4  # dark days have no middle to speak of
    own = [day for day in own if day.export_wh > least]
    off = [_off_noon(day, longitude, ahead_s) for day in own]
    if longitude is not None and len(off) >= CLOCK_LEAST_DAYS:
        constant = _to_step(middle_of(off))
        if abs(constant) >= SUN_LEAST_S:
            yield _shifted(role, own, constant, SUN)
    cuts = _cuts(off)
    for at, (cut, moved) in enumerate(cuts):
        end = cuts[at + 1][0] if at + 1 < len(cuts) else len(own)
        yield _shifted(role, own[cut:end], moved, SUN)


def _off_noon(day: Day, longitude: Decimal | None, ahead_s: int) -> int:
    assert day.middle is not None
    return day.middle - (noon_utc(day.day, longitude or Decimal(0)) + ahead_s)


def _cuts(off: Sequence[int]) -> list[tuple[int, int]]:
    """Where the medians of the days before and after stand apart, and by how much [s].

    Of neighbouring days that all look like the cut, the one that splits the rest best is taken.
    """
    apart: list[tuple[int, int, int]] = []
    for at in range(CLOCK_LEAST_DAYS, len(off) - CLOCK_LEAST_DAYS + 1):
        before, after = off[max(0, at - CLOCK_DAYS) : at], off[at : at + CLOCK_DAYS]
        low, high = middle_of(before), middle_of(after)
        rest = sum(abs(x - low) for x in before) + sum(abs(x - high) for x in after)
        if abs(high - low) >= CLOCK_LEAST_S:
            apart.append((at, high - low, rest * 1_000 // (len(before) + len(after))))
    cuts: list[tuple[int, int]] = []
    group: list[tuple[int, int, int]] = []
    for one in [*apart, (len(off) + 3 * CLOCK_DAYS, 0, 0)]:
        if group and one[0] - group[-1][0] > CLOCK_LEAST_DAYS:
            at, moved, _ = min(group, key=lambda found: found[2])
            cuts.append((at, _to_step(moved)))
            group = []
        group.append(one)
    return cuts


def _to_step(moved: int) -> int:
    """The nearest whole number of half hours, in seconds."""
    sign = -1 if moved < 0 else 1
    return sign * ((abs(moved) + CLOCK_STEP_S // 2) // CLOCK_STEP_S * CLOCK_STEP_S)


def _shifted(role: int, days: Sequence[Day], moved: int, against: Mapping[str, Fact]) -> Sighting:
    facts: dict[str, Fact] = {"minutes": moved // 60, **against}
    return Sighting(
        code="clock-shifted",
        role=role,
        first=days[0].first,
        last=days[-1].last,
        count=len(days),
        facts=facts,
    )


def clock_by_meter(series: Series) -> Iterator[Sighting]:
    """Days in a row on which the revenue meter fits the check meter only when it is moved."""
    lags = [lag for lag in LAGS_S if lag % series.step_s == 0]
    every = [0, *lags, *(-lag for lag in lags)]
    rows = series.sql.rows(
        f"SELECT (r.instant + {series.ahead_s}) // {DAY_S} AS day, lag, count(*),"
        " CAST(sum(abs(r.n - c.n)) AS HUGEINT), min(r.instant), max(r.instant)"
        f" FROM (SELECT *, unnest({every}) AS lag FROM {series.net} WHERE role = {REVENUE}) AS r"
        f" JOIN {series.net} AS c ON c.role = {CHECK} AND c.instant = r.instant - r.lag"
        " GROUP BY day, lag ORDER BY day, lag"
    )
    best: list[tuple[int, int, int, int]] = []  # day, lag, first, last
    for day, found in groupby(rows, key=lambda row: row[0]):
        by_lag = {row[1]: (Fraction(int(row[3]), row[2]), row[4], row[5]) for row in found}
        if 0 not in by_lag:
            continue
        unmoved, first, last = by_lag[0]
        lag = min(by_lag, key=lambda one: (by_lag[one][0], abs(one)))
        if lag and by_lag[lag][0] * LAG_SHARE < unmoved:
            best.append((day, lag, first, last))
    yield from _lagged(best)


def _lagged(best: Iterable[tuple[int, int, int, int]]) -> Iterator[Sighting]:
    run: list[tuple[int, int, int, int]] = []
    for one in [*best, (10**9, 0, 0, 0)]:
        if run and (one[0] - run[-1][0] > 2 or one[1] != run[-1][1]):
            if len(run) >= LAG_DAYS:
                facts: dict[str, Fact] = {"minutes": run[0][1] // 60, **CHECK_METER}
                yield Sighting(
                    code="clock-shifted",
                    role=REVENUE,
                    first=run[0][2],
                    last=run[-1][3],
                    count=len(run),
                    facts=facts,
                )
            run = []
        run.append(one)


def pairs(series: Series) -> list[Pair]:
    """Both meters by day, in order."""
    found = series.sql.rows(
        f"SELECT (r.instant + {series.ahead_s}) // {DAY_S} AS day, count(*),"
        " CAST(sum(r.n) AS HUGEINT), CAST(sum(c.n) AS HUGEINT), min(r.instant), max(r.instant)"
        f" FROM {series.net} AS r JOIN {series.net} AS c ON r.instant = c.instant"
        f" AND r.role = {REVENUE} AND c.role = {CHECK} GROUP BY day ORDER BY day"
    )
    return [
        Pair(day=day, count=count, revenue_wh=int(r), check_wh=int(c), first=first, last=last)
        for day, count, r, c, first, last in found
    ]


def differing(found: Iterable[Pair], tolerance: Decimal) -> Iterator[Sighting]:
    """Stretches of days on which the two meters differ by more than the stated share."""
    share, own = Fraction(tolerance), list(found)
    quiet = middle_of(abs(pair.revenue_wh) for pair in own) // QUIET_SHARE
    wrong = [
        pair
        for pair in own
        if abs(pair.revenue_wh - pair.check_wh) > share * max(abs(pair.revenue_wh), quiet)
    ]
    for run in _in_a_row(wrong):
        yield _apart(run, "meters-differ-days", {})


def slipped(found: Iterable[Pair]) -> Iterator[Sighting]:
    """Stretches of days on which one meter shows 10, 100 or 1,000 times the other."""
    wrong: dict[str, list[Pair]] = {}
    for pair in found:
        factor = _power(pair.revenue_wh, pair.check_wh)
        if factor:
            wrong.setdefault(factor, []).append(pair)
    for factor, mine in wrong.items():
        for run in _in_a_row(mine):
            facts: Mapping[str, Fact] = {
                "factor": factor,
                "evidence_wh": sum(pair.revenue_wh for pair in run),
            }
            yield _apart(run, "decimal-slip", facts)


def _power(revenue: int, check: int) -> str | None:
    for sign, high, low in (("x", revenue, check), ("/", check, revenue)):
        for factor in SLIP_FACTORS:
            wanted = low * factor
            if low > 0 and abs(high - wanted) * SLIP_ROOM < wanted:
                return f"{sign} {factor}"
    return None


def _in_a_row(found: Sequence[Pair]) -> Iterator[list[Pair]]:
    run: list[Pair] = []
    for pair in found:
        if run and pair.day - run[-1].day > 1:
            yield run
            run = []
        run.append(pair)
    if run:
        yield run


def _apart(run: Sequence[Pair], code: str, facts: Mapping[str, Fact]) -> Sighting:
    own: dict[str, Fact] = {
        "revenue_wh": sum(pair.revenue_wh for pair in run),
        "check_wh": sum(pair.check_wh for pair in run),
    }
    return Sighting(
        code=code,
        role=REVENUE,
        first=run[0].first,
        last=run[-1].last,
        count=len(run),
        facts=facts or own,
    )
