"""One public record, asked by field: its texts as they stand, and what they say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from openccer.interop.register.tables import (
    Methodology,
    Province,
    fields,
    methodologies,
    province_of,
    state_of,
    status_words,
)
from openccer.interop.register.values import (
    Angle,
    Instant,
    angle_of,
    instant_of,
    is_empty,
    number_of,
)
from openccer.kernel.calendar import Period
from openccer.kernel.outcome import Fact

EARLIEST, LATEST = date(1990, 1, 1), date(2150, 12, 31)  # no day of the register lies outside
IN_PUBLICITY, REGISTERED = ("1", "1-1", "3", "3-1"), ("2", "3", "3-1", "4", "5")
OF_REDUCTIONS = ("3", "3-1", "4", "5")
ENDED = "终止"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one check found in one record: the kind, the fields, and what they hold."""

    kind: str
    fields: tuple[str, ...]
    facts: Mapping[str, Fact]


class View:
    """A record by field. A value that says nothing readable is None; a check says so elsewhere."""

    def __init__(self, row: int, raw: Mapping[str, str], columns: frozenset[str]) -> None:
        self.row, self.raw, self.columns = row, raw, columns

    def text(self, field: str) -> str:
        """The text of the field without spaces around it; "" where it is empty or absent."""
        return self.raw.get(field, "").strip()

    def has(self, field: str) -> bool:
        return not is_empty(self.raw.get(field, ""))

    def day(self, field: str) -> date | None:
        found = self.instant(field)
        return found.day if found else None

    def instant(self, field: str) -> Instant | None:
        known = fields().get(field)
        of_day = known is None or known.form != "instant"
        found = instant_of(self.text(field), of_day=of_day) if self.has(field) else None
        return found if found and EARLIEST <= found.day <= LATEST else None

    def whole(self, field: str) -> int | None:
        """The whole number of the field, 0 or more."""
        number = number_of(self.text(field)) if self.has(field) else None
        if number is None or number.value.denominator != 1 or number.value < 0:
            return None
        return int(number.value)

    def angle(self, field: str) -> Angle | None:
        return angle_of(self.text(field)) if self.has(field) else None

    def period(self, first: str, last: str) -> Period | None:
        """The days from one field to another, where both are days in order."""
        begins, ends = self.day(first), self.day(last)
        return Period(begins, ends) if begins and ends and begins <= ends else None

    @cached_property
    def category(self) -> str:
        return self.text("_category_code")

    @property
    def of_reductions(self) -> bool:
        return self.category in OF_REDUCTIONS

    @property
    def in_publicity(self) -> bool:
        return self.category in IN_PUBLICITY

    @property
    def ended(self) -> bool:
        """Did the application end without a registration?"""
        return self.status == ENDED

    @cached_property
    def state(self) -> str:
        """Our word for its state."""
        said = {name: self.text(name) for name in self.raw}
        return state_of(said | {"applyStatusName": self.status})

    @cached_property
    def status(self) -> str:
        """The status in words; by its code where the record has only that."""
        words = status_words(self.text("applyStatus"))
        if self.has("applyStatusName") or not words:
            return self.text("applyStatusName")
        return words[-1] if self.of_reductions else words[0]

    @cached_property
    def id(self) -> str:
        """What the record is called: the collector's key, else its category and application."""
        if self.text("_snapshot_key"):
            return self.text("_snapshot_key")
        return f"{self.category}:{self.text('applyId') or f'row {self.row}'}"

    @cached_property
    def key(self) -> tuple[str, str]:
        """The same record on another day: its category and its application."""
        return self.category, self.text("applyId") or self.text("_snapshot_key")

    @cached_property
    def province(self) -> Province | None:
        return province_of(self.text("provinceName"))

    @cached_property
    def methodology(self) -> Methodology | None:
        return methodologies().get(self.text("methodologyNum"))

    @cached_property
    def crediting(self) -> Period | None:
        return self.period("firstReckonDate", "endReckonDate")

    @cached_property
    def monitoring(self) -> Period | None:
        return self.period("regAppStartDate", "regAppEndDate")

    @cached_property
    def prose(self) -> tuple[tuple[str, str], ...]:
        """The fields of running text that say something, with their text."""
        names = ("basicInformation", "technologiesMeasures")
        return tuple((name, self.text(name)) for name in names if self.has(name))

    @cached_property
    def place(self) -> tuple[Decimal, Decimal] | None:
        """Longitude and latitude in degrees, where both can be read and are angles."""
        east, north = self.angle("longitude"), self.angle("latitude")
        if east is None or north is None or east.wrong or north.wrong:
            return None
        return east.degrees, north.degrees

    def found(self, kind: str, *names: str, **facts: Fact) -> Found:
        """A finding about these fields; what they hold is added to the facts."""
        held = {name: shown(self.text(name)) for name in names if name in fields()}
        return Found(kind=kind, fields=names, facts={**held, **facts})


def shown(text: str, most: int = 80) -> str:
    """A value as it is shown in a finding: on one line, and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most]}…"


def views(rows: Sequence[Mapping[str, Any]], columns: frozenset[str]) -> tuple[View, ...]:
    """The records of a file, counted from 1."""
    return tuple(View(n, row, columns) for n, row in enumerate(rows, start=1))
