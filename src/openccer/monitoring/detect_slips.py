"""A decimal sign too far to the left: the output falls by 10, 100 or 1,000, and later rises again.

A calm and a cloud look like it, so the jump has to meet its factor, and what lies between has to be
a plant's output once the factor is undone. Weather seldom takes 99 % away within an interval and
leaves a hundredth that goes on rising and falling: such a jump may miss its factor by more, and the
night may end it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openccer.monitoring.detect import SLIP_ABOVE, SLIP_FACTORS, Series, Sighting

NIGHT_S = 86_400  # a night comes within a day, or the stretch is not ended by one
NEAR = {10: (4, 3), 100: (3, 1), 1_000: (3, 1)}  # a jump may miss its factor so many times
LEAST = {10: 6, 100: 4, 1_000: 4}  # lit intervals; a shower takes nine tenths for a few
EDGE_SHARE = 10  # on either side the larger reading is above 1/10 of the usual top ...
HIGH_SHARE = 3  # ... and on one of them above 1/3
MEAN_SHARE = 8  # undone, the mean of what is lit is above 1/8 of the usual top
LIT_SHARE = 20  # undone, a reading below 1/20 of the usual top is night or calm
STEADY = 8  # fewer different values than 1/8 of the readings: a steady draw, no output
BY_NIGHT = 100  # from this factor on a night may end the stretch


@dataclass(frozen=True, slots=True)
class Jump:
    """Between one interval and the next the output fell, or rose, about by a factor."""

    role: int
    instant: int  # the first interval after the jump
    factor: int
    down: bool
    before_wh: int
    after_wh: int

    @property
    def large_wh(self) -> int:
        return max(self.before_wh, self.after_wh)


def jumps(series: Series) -> list[Jump]:
    """Every jump by about 10, 100 or 1,000 from or to a sizeable output, in order."""
    big, small = "greatest(n, was)", "least(n, was)"
    factor = " ".join(
        f"WHEN {big} * {NEAR[f][0]} >= {small} * {f * NEAR[f][1]}"
        f" AND {big} * {NEAR[f][1]} <= {small} * {f * NEAR[f][0]} THEN {f}"
        for f in SLIP_FACTORS
    )
    found = series.sql.rows(
        f"SELECT role, instant, factor, n < was, was, n FROM (SELECT *,"
        f" CASE {factor} END AS factor FROM (SELECT role, instant, n, lag(n) OVER w AS was,"
        f" instant - lag(instant) OVER w AS dt FROM {series.net}"
        " WINDOW w AS (PARTITION BY role ORDER BY instant))"
        f" WHERE dt = {series.step_s} AND {small} > 0 AND {series.top} > 0"
        f" AND {big} * {EDGE_SHARE} > {series.top})"
        " WHERE factor IS NOT NULL ORDER BY role, instant"
    )
    return [Jump(*row) for row in found]


def slips_down(series: Series) -> Iterator[Sighting]:
    """From a fall by a factor to the rise by the same factor, or to the night."""
    fall: Jump | None = None
    for jump in jumps(series):
        if jump.down or (fall and jump.role != fall.role):
            if fall is not None:
                yield from _until_night(series, fall)
            fall = jump if jump.down else None
        elif fall is not None and jump.factor == fall.factor:
            yield from _between(series, fall, jump)
            fall = None
    if fall is not None:
        yield from _until_night(series, fall)


def _between(series: Series, fall: Jump, rise: Jump) -> Iterator[Sighting]:
    top = series.tops[fall.role]
    if max(fall.large_wh, rise.large_wh) * HIGH_SHARE <= top:
        return
    lit = f"n * {fall.factor * LIT_SHARE} >= {top}"
    found = series.sql.one(
        f"SELECT max(abs(n)), CAST(sum(n) FILTER ({lit}) AS HUGEINT), count(*) FILTER ({lit}),"
        f" count(DISTINCT n) FILTER ({lit}) FROM {series.net} WHERE role = {fall.role}"
        f" AND instant >= {fall.instant} AND instant < {rise.instant}"
    )
    if _is_output(fall, top, *found):
        yield _sighting(series, fall, rise.instant)


def _until_night(series: Series, fall: Jump) -> Iterator[Sighting]:
    top = series.tops[fall.role]
    if fall.factor < BY_NIGHT or fall.large_wh * HIGH_SHARE <= top:
        return
    rows = series.sql.rows(
        f"SELECT instant, n FROM {series.net} WHERE role = {fall.role}"
        f" AND instant >= {fall.instant} AND instant < {fall.instant + NIGHT_S} ORDER BY instant"
    )
    run = list(_lit(rows, fall.factor * LIT_SHARE, top))
    if len(run) == len(rows):
        return  # no night came
    values = [n for _, n in run]
    if values and _is_output(fall, top, max(values), sum(values), len(values), len(set(values))):
        yield _sighting(series, fall, run[-1][0] + series.step_s)


def _lit(rows: Sequence[tuple[int, int]], times: int, top: int) -> Iterator[tuple[int, int]]:
    """The readings until the first that is night, once the factor is undone."""
    for instant, n in rows:
        if n * times < top:
            return
        yield instant, n


def _is_output(
    fall: Jump, top: int, most: int | None, whole: int | None, lit: int, different: int
) -> bool:
    """Are the readings low, and once the factor is undone those of a plant, going up and down?

    So neither a night, a calm nor the steady draw of a plant that stands is taken for a slip.
    """
    if most is None or whole is None or lit < LEAST[fall.factor]:
        return False
    low = most * fall.factor < SLIP_ABOVE * top
    mean = int(whole) * fall.factor // lit
    return low and mean * MEAN_SHARE > top and STEADY * different > lit


def _sighting(series: Series, fall: Jump, end: int) -> Sighting:
    """From the fall to the interval before `end`."""
    return Sighting(
        code="decimal-slip",
        role=fall.role,
        first=fall.instant,
        last=end - series.step_s,
        count=(end - fall.instant) // series.step_s,
        facts={"factor": f"/ {fall.factor}", "evidence_wh": fall.before_wh},
    )
