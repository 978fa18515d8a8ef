"""Times in SQL: a text becomes wall seconds and, where it carries one, its offset from UTC.

The offsets of a zone come from tzdata through zoneinfo, the same on every machine, as spans of
wall time. In the hour that the clock repeats a wall time has two offsets, and in the hour it
skips it has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from openccer.kernel.calendar import ONE_DAY
from openccer.monitoring.engine import steps, text

FAR_PAST, FAR_FUTURE = 60_000_000_000, 250_000_000_000  # the years 68 and 9892, in seconds
SKIPPED, REPEATED = 999_999, 999_998  # stand where an offset in seconds would

DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.0{1,9})?)?"
OFFSET = "(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
ISO_LOCAL = f"{DATE}([T ]{CLOCK})?"
ISO = f"{DATE}[T ]{CLOCK} ?{OFFSET}"


@dataclass(frozen=True, slots=True)
class Span:
    """Wall seconds from `first` on. Two offsets in the repeated hour (earlier first), else one."""

    first: int
    offsets: tuple[int, ...]

    @property
    def mark(self) -> int:
        if len(self.offsets) == 1:
            return self.offsets[0]
        return REPEATED if self.offsets else SKIPPED


def seconds(moment: datetime) -> int:
    """Epoch seconds of an instant, or of a wall time read as if it were UTC. Exact."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def offset_of(zone: ZoneInfo, instant: int) -> int:
    """Seconds the clock of the zone is ahead of UTC at an instant."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=instant)
    found = moment.astimezone(zone).utcoffset()
    assert found is not None
    return found // timedelta(seconds=1)


def transitions(zone: ZoneInfo, first: int, last: int) -> list[tuple[int, int, int]]:
    """Every change of offset between two instants: (instant, offset before, offset after)."""
    changes = []
    day = 86_400
    at, before = first, offset_of(zone, first)
    while at < last:
        after = offset_of(zone, at + day)
        if after != before:
            low, high = at, at + day
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset_of(zone, middle) == before else (low, middle)
            changes.append((high, before, after))
        at, before = at + day, after
    return changes


def wall_spans(zone: str, first_year: int, last_year: int) -> list[Span]:
    """The spans of wall time over these years, each with the offsets it can have, in order."""
    known = ZoneInfo(zone)
    start = seconds(datetime(first_year, 1, 1)) - 2 * 86_400  # noqa: DTZ001 (a wall time)
    end = seconds(datetime(last_year + 1, 1, 1)) + 2 * 86_400  # noqa: DTZ001
    spans = [Span(start, (offset_of(known, start),))]
    for instant, before, after in transitions(known, start, end):
        old, new = instant + before, instant + after  # the clock's two faces at that instant
        between = () if new > old else (before, after)
        spans += [Span(min(old, new), between), Span(max(old, new), (after,))]
    return spans


def span_sql(wall: str, spans: Sequence[Span], results: Sequence[int]) -> str:
    """SQL for the result of the span a wall time lies in."""
    return steps(wall, [span.first for span in spans[1:]], [str(result) for result in results])


def local_midnight(day: date, zone: str) -> int:
    """Epoch seconds of the first instant of a day in the zone."""
    return seconds(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)))


def local_text(instant: int, zone: str) -> str:
    """An instant as people in the zone write it: 2025-03-30 02:00."""
    if not -FAR_PAST < instant < FAR_FUTURE:  # a mistyped year; Python's own years end at 9999
        return f"{instant} s"
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=instant)
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def month_starts(first: date, last: date) -> list[date]:
    """The first days of the months after the first that begin in the period."""
    days = [first + ONE_DAY * n for n in range((last - first).days + 1)]
    return [day for day in days[1:] if day.day == 1]


def text_time_sql(source: str, form: str | None) -> tuple[str, str, str]:
    """SQL for a plain time (column `ts`), then wall seconds (NULL: unreadable) and offset.

    24:00 is the end of its day, as meters write it. Parts of a second are refused, not rounded.
    """
    offset_text = f"regexp_extract(substr({source}, 11), '{OFFSET}$')"
    if form is not None:
        ts, wall = f"try_strptime({source}, {text(form)})", whole_seconds("ts")
        if not form.endswith("%z"):
            return ts, wall, "CAST(NULL AS BIGINT)"
        offset = _seconds_of(offset_text)
        return ts, f"{wall} + {offset}", offset
    plain = (
        f"CASE WHEN regexp_full_match({source}, '{ISO_LOCAL}')"
        f" THEN TRY_CAST({source} AS TIMESTAMP) END"
    )
    offset = (
        f"CASE WHEN ts IS NULL AND regexp_full_match({source}, '{ISO}')"
        f" THEN {_seconds_of(offset_text)} END"
    )
    stripped = f"trim(left({source}, length({source}) - length({offset_text})))"
    wall = (
        "CASE WHEN ts IS NOT NULL THEN epoch_us(ts) // 1000000"
        f" WHEN regexp_full_match({source}, '{ISO_LOCAL}') THEN {_wall(source)}"
        f" WHEN regexp_full_match({source}, '{ISO}') THEN {_wall(stripped)} END"
    )
    return plain, wall, offset


def _seconds_of(offset: str) -> str:
    """SQL for the seconds of an offset's text: Z, +08, +0800 or +08:00; NULL for any other."""
    sign = f"(CASE WHEN left({offset}, 1) = '-' THEN -1 ELSE 1 END)"
    bare = f"replace({offset}, ':', '')"
    hours, minutes = (f"TRY_CAST(substr({bare}, {at}, 2) AS BIGINT)" for at in (2, 4))
    return (
        f"CASE WHEN {offset} = 'Z' THEN 0 WHEN length({bare}) = 3 THEN {sign} * {hours} * 3600"
        f" ELSE {sign} * ({hours} * 3600 + {minutes} * 60) END"
    )


def _wall(source: str) -> str:
    midnight = whole_seconds(f"TRY_CAST(left({source}, 10) AS TIMESTAMP)")
    return (
        f"CASE WHEN substr({source}, 12) IN ('24:00', '24:00:00') THEN {midnight} + 86400"
        f" ELSE {whole_seconds(f'TRY_CAST({source} AS TIMESTAMP)')} END"
    )


def whole_seconds(moment: str) -> str:
    """SQL for the epoch seconds of a timestamp; NULL where it holds a part of a second."""
    return f"CASE WHEN epoch_us({moment}) % 1000000 = 0 THEN epoch_us({moment}) // 1000000 END"
