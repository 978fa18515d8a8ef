"""The picture of an estimate: a bar for each calendar year, the running total below. In integers.

Two panels over one row of years, so that neither needs a second scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, LEFT, RIGHT = 720, 74, 16
BARS_TOP, BARS_FOOT = 34, 190
LINE_TOP, LINE_FOOT = 238, 334
YEARS_AT, HEIGHT = 352, 360
MOST_TICKS = 4
LONG_NUMBER = 9  # characters: a longer one is set smaller so that its neighbour stays free


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What one year puts into the picture."""

    year: int
    tonnes: int
    settled: bool  # its factor was read in an official text
    own: bool  # its factor was published for the year itself
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    label: str
    y: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One year drawn: its bar, and its point on the line."""

    year: int
    number: str
    small: bool
    said: str
    kind: str
    x: str
    y: str
    width: str
    height: str
    middle: str
    above: str
    point: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    columns: tuple[Drawn, ...]
    line: str  # the points of the polyline
    total: str
    total_at: str
    bar_ticks: tuple[Tick, ...]
    line_ticks: tuple[Tick, ...]


def chart(columns: Sequence[Column]) -> Chart:
    """The picture of these years, oldest first."""
    highest = max((column.tonnes for column in columns), default=0)
    total = sum(column.tonnes for column in columns)
    bar_ticks, line_ticks = ticks(highest), ticks(total)
    slot = (WIDTH - LEFT - RIGHT) * 100 // max(1, len(columns))
    drawn: list[Drawn] = []
    so_far = 0
    for at, column in enumerate(columns):
        so_far += column.tonnes
        bar = _height(column.tonnes, bar_ticks[-1], BARS_FOOT - BARS_TOP)
        point = LINE_FOOT * 100 - _height(so_far, line_ticks[-1], LINE_FOOT - LINE_TOP)
        drawn.append(_drawn(column, LEFT * 100 + at * slot, slot, bar, point))
    return Chart(
        columns=tuple(drawn),
        line=" ".join(f"{one.middle},{one.point}" for one in drawn),
        total=f"{total:,}",
        total_at=drawn[-1].point if drawn else "0",
        bar_ticks=_placed(bar_ticks, BARS_TOP, BARS_FOOT),
        line_ticks=_placed(line_ticks, LINE_TOP, LINE_FOOT),
    )


def ticks(highest: int) -> tuple[int, ...]:
    """At most five round numbers from zero to the first one not below the highest."""
    step = 1
    while step * MOST_TICKS < highest:
        lead = step // 10 ** (len(str(step)) - 1)
        step = step * 5 // 2 if lead == 2 else step * 2  # 1, 2, 5, 10, 20, 50, ...
    count = max(1, -(-highest // step))
    return tuple(step * n for n in range(count + 1))


def _height(value: int, most: int, room: int) -> int:
    """Hundredths of a unit of length for the value, where `most` fills the room."""
    return value * room * 100 // max(1, most)


def _placed(values: Sequence[int], top: int, foot: int) -> tuple[Tick, ...]:
    most, room = values[-1], foot - top
    return tuple(
        Tick(label=f"{value:,}", y=_hundredths(foot * 100 - _height(value, most, room)))
        for value in values
    )


def _drawn(column: Column, left: int, slot: int, height: int, point: int) -> Drawn:
    number = f"{column.tonnes:,}"
    kinds = ("" if column.settled else "open", "" if column.own else "later")
    return Drawn(
        year=column.year,
        number=number,
        small=len(number) > LONG_NUMBER,
        said=column.said,
        kind=" ".join(kind for kind in kinds if kind),
        x=_hundredths(left + slot // 8),
        y=_hundredths(BARS_FOOT * 100 - height),
        width=_hundredths(slot * 3 // 4),
        height=_hundredths(height),
        middle=_hundredths(left + slot // 2),
        above=_hundredths(BARS_FOOT * 100 - height - 400),
        point=_hundredths(point),
    )


def _hundredths(value: int) -> str:
    return f"{value // 100}.{value % 100:02d}"
