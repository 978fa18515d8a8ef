"""Serial ranges that someone else wrote: whole, in order, counted right, no serial twice.

Nothing is taken on trust: a range is text or a number of any size, and wraps, reverses, overlaps or
miscounts until it is shown that it does not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from openccer.interop.exports.wrong import Fact, Wrong, shown
from openccer.ledger.blocks import MOST_SERIALS

MOST_INTEGER = 2**63 - 1  # what a signed number of 64 bits can hold
_DIGITS = re.compile(r"[0-9]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """One row's serials, first and last inside."""

    table: str
    row: str
    batch: str
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def serial(value: object) -> int | None:
    """The whole number that text in digits, or a whole number, is; None for anything else."""
    if type(value) is int:
        return value
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    return None


def bounds(
    table: str, row: str, ends: Mapping[str, object], count: tuple[str, object] | None
) -> Iterator[Wrong]:
    """What is wrong with one range; `ends` has its two fields, first and last in this order."""
    numbers = []
    for field, value in ends.items():
        found = serial(value)
        if found is None:
            yield Wrong(table, row, field, "not-digits", {"found": shown(value)})
            continue
        numbers.append(found)
        if found < 1:
            yield Wrong(table, row, field, "serial-too-small", {"found": found})
        if found > MOST_SERIALS:
            most = MOST_INTEGER if found > MOST_INTEGER else MOST_SERIALS
            facts: dict[str, Fact] = {"found": str(found), "most": most}
            yield Wrong(table, row, field, "serial-too-large", facts)
    if count is not None and type(count[1]) is not int:
        yield Wrong(table, row, count[0], "not-whole", {"found": shown(count[1])})
    if len(numbers) < len(ends):
        return
    first, last = numbers
    if first > last:
        facts = {"first": str(first), "last": str(last)}
        yield Wrong(table, row, list(ends)[1], "range-reversed", facts)
    elif count is not None and type(count[1]) is int and count[1] != last - first + 1:
        facts = {"count": str(count[1]), "range": str(last - first + 1)}
        yield Wrong(table, row, count[0], "count-differs", facts)


def together(ranges: Iterable[Range]) -> Iterator[Wrong]:
    """What is wrong between good ranges: a serial twice, or one between 1 and the last in none."""
    batches: dict[str, list[Range]] = {}
    for one in ranges:
        batches.setdefault(one.batch, []).append(one)
    for batch, found in sorted(batches.items()):
        widest: Range | None = None
        for one in sorted(found, key=lambda r: (r.first, r.last, r.row)):
            free = widest.last + 1 if widest else 1
            if widest and one.first < free:
                yield Wrong(one.table, one.row, "", "ranges-overlap", {"other": widest.row})
            elif one.first > free:
                facts: dict[str, Fact] = {"batch": batch, "first": free, "last": one.first - 1}
                yield Wrong(one.table, one.row, "", "serials-missing", facts)
            if widest is None or one.last > widest.last:
                widest = one


def total(
    table: str, row: str, field: str, stated: object, parts: Iterable[int]
) -> Iterator[Wrong]:
    """Wrong when a stated total is not the sum of its parts."""
    added = sum(parts)
    if stated != added:
        facts: dict[str, Fact] = {"total": shown(stated), "sum": str(added)}
        yield Wrong(table, row, field, "total-differs", facts)
