"""The time line as a picture: a row for each record, years across, no text beside another."""

from collections.abc import Iterator, Sequence
from datetime import date

from openccer.policy.timeline import Event, Kind, Line
from openccer.reports.policy_svg import (
    Link,
    both,
    clipped,
    heading,
    in_language,
    picture,
    text,
    titled,
)
from openccer.reports.policy_words import label, said
from openccer.rulebook.model import Title

GUTTER, ROW, TOP, MARGIN = 420, 28, 92, 20
PLOT, LEAST_YEAR, MOST_YEAR = 736, 16, 110  # pixels of the plot, and of one year
YEAR_TEXT = 44
LEGEND = (Kind.MADE, Kind.PUBLISHED, Kind.IN_FORCE, Kind.ENDED, Kind.MILESTONE)
LEGEND_STEP = 112


def timeline_svg(
    lines: Sequence[Line],
    language: str,
    *,
    link: Link = lambda _: "",
    alone: bool = True,
    plot: int = PLOT,
) -> str:
    """The records in their order, each with its events; those without a day have an empty row."""
    days = [event.day for line in lines for event in line.events if event.day]
    first = min((day.year for day in days), default=1)
    years = max((day.year for day in days), default=1) - first + 1
    scale = max(LEAST_YEAR, min(MOST_YEAR, plot // years))
    end = GUTTER + years * scale
    bottom = TOP + len(lines) * ROW
    title = label("pages", "timeline")
    shapes = [text(MARGIN, 30, heading(title, language), "head"), *_legend(language)]
    shapes += _stripes(len(lines), end)
    shapes += _years(first, years, scale, bottom)
    for at, line in enumerate(lines):
        shapes.append(_row(line, language, TOP + at * ROW, first, scale, end, link(line.id)))
    return picture(end + MARGIN, bottom + 34, title, shapes, alone=alone)


def _stripes(rows: int, end: int) -> Iterator[str]:
    for at in range(0, rows, 2):
        y = TOP + at * ROW
        yield f'<rect class="stripe" x="0" y="{y}" width="{end + MARGIN}" height="{ROW}"/>'


def _years(first: int, years: int, scale: int, bottom: int) -> Iterator[str]:
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if step * scale >= YEAR_TEXT)
    for at in range(years + 1):
        x = GUTTER + at * scale
        if (first + at) % step == 0:
            yield f'<path class="line" d="M{x} {TOP}V{bottom}"/>'
            if at < years:
                yield text(x + 2, TOP - 8, str(first + at), "soft")
                yield text(x + 2, bottom + 18, str(first + at), "soft")


def _legend(language: str) -> Iterator[str]:
    for at, kind in enumerate(LEGEND):
        x = MARGIN + 8 + at * LEGEND_STEP
        yield _mark(kind, x, 54)
        yield text(x + 14, 58, said("events", kind.value, language), "soft")
    x = MARGIN + len(LEGEND) * LEGEND_STEP
    yield f'<rect class="bar" x="{x}" y="50" width="28" height="8"/>'
    yield text(x + 36, 58, said("pages", "open-end", language), "soft")


def _row(
    line: Line, language: str, top: int, first: int, scale: int, end: int, address: str
) -> str:
    middle = top + ROW // 2
    name = clipped(in_language(line.title, language), GUTTER - MARGIN - 16, 13)
    shapes = [titled(f"{both(line.title)} ({line.id})", [text(MARGIN, middle + 5, name)], address)]
    placed = [(event, _x(event.day, first, scale)) for event in line.events if event.day]
    shapes += _bar(line, placed, middle, end)
    for event, x in placed:
        kind = said("events", event.kind.value, language)
        more = f" {in_language(event.text, language)}" if event.kind is Kind.MILESTONE else ""
        shapes.append(titled(f"{event.on} {kind}{more}", [_mark(event.kind, x, middle)]))
    return "".join(shapes)


def _x(day: date, first: int, scale: int) -> int:
    passed = (day - date(day.year, 1, 1)).days
    return GUTTER + (day.year - first) * scale + passed * scale // 366


def _bar(line: Line, placed: Sequence[tuple[Event, int]], middle: int, end: int) -> Iterator[str]:
    """A bar while it is in force; a thin line where only single events are known."""
    if not placed:
        return
    begin = next((x for event, x in placed if event.kind is Kind.IN_FORCE), None)
    if begin is None:
        left, right = placed[0][1], placed[-1][1]
        yield f'<path class="span" d="M{left} {middle}H{right}"/>'
        return
    until = next((x for event, x in placed if event.kind is Kind.ENDED), end)
    width = max(2, until - begin)
    yield f'<rect class="bar" x="{begin}" y="{middle - 4}" width="{width}" height="8"/>'


def _mark(kind: Kind, x: int, y: int) -> str:
    """Marks of one day stand around each other and none hides another."""
    if kind is Kind.MADE:
        return f'<circle class="made" cx="{x}" cy="{y}" r="7"/>'
    if kind is Kind.PUBLISHED:
        return f'<circle class="published" cx="{x}" cy="{y}" r="4"/>'
    if kind is Kind.IN_FORCE:
        return f'<path class="in-force" d="M{x} {y - 11}V{y + 11}"/>'
    if kind is Kind.ENDED:
        return f'<path class="ended" d="M{x - 5} {y - 5}l10 10m0 -10l-10 10"/>'
    return f'<path class="milestone" d="M{x} {y - 6}l6 6l-6 6l-6 -6z"/>'


def unplaced(lines: Sequence[Line]) -> tuple[tuple[str, Title, str], ...]:
    """What is on no day: record, text, and what stands where a day should."""
    return tuple((line.id, event.text, event.on) for line in lines for event in line.undated)
