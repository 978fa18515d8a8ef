"""What the kernel must know to read one month file, found from the mapping and the first file.

A folder holds one Parquet file per month; the month stands in the name (2025-01.parquet). The
mapping is the one of a single meter file, with `meters: {revenue: {id: "*"}}` for every meter.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from openccer.kernel.calendar import ONE_DAY, Period
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.mapping import WITH_OFFSET, Column, Mapping
from openccer.monitoring.registers import most_wh
from openccer.monitoring.times import local_midnight, month_starts, transitions

MONTH = re.compile(r"(?<![0-9])([0-9]{4})-(0[1-9]|1[0-2])(?![0-9])")
EVERY_METER = "*"
HOUR, HOUR_US = 3_600, 3_600_000_000
WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
Month = tuple[int, int]  # year, month


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to read every month file of a folder; all of it is in the mapping and the period.

    `energies` are (column, Wh per unit): one for export or net, two for export and import.
    A time in the file, less `shift_s` and (where it has no zone of its own) `offset_s`, is the
    start of its interval in UTC. `received` is the column that says when a reading came in, None
    where the file has none. `most_wh` is the most an interval can hold, None when no capacity is
    given.
    """

    meter: str
    time: str
    energies: tuple[tuple[str, int], ...]
    net: bool
    received: str | None
    step_s: int
    offset_s: int
    shift_s: int
    most_wh: int | None

    @property
    def slots(self) -> int:
        """How many intervals an hour has."""
        return HOUR // self.step_s

    @property
    def step_us(self) -> int:
        """How long an interval is [microseconds]."""
        return self.step_s * 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFile:
    """One file and what is asked of it: the part of its month in the period, in epoch seconds."""

    path: str
    month: Month
    start: int
    end: int

    @property
    def name(self) -> str:
        return Path(self.path).name

    @property
    def hours(self) -> int:
        return (self.end - self.start) // HOUR


def plan_of(mapping: Mapping, name: str, period: Period, received: str | None = None) -> Plan:
    """The plan of a mapping for a period; MeterFileError names what cannot be read at volume."""
    _refuse_what_is_for_single_files(mapping, name)
    energy, minutes = mapping.energy, mapping.time.minutes
    shift = mapping.step_s if mapping.time.stands_for == "end" else 0
    capacity = mapping.limits.capacity_mw
    assert mapping.meter_column is not None
    return Plan(
        meter=mapping.meter_column,
        time=mapping.time.column,
        energies=tuple((c.column, _whole_wh(c, minutes, name)) for c in energy.columns),
        net=energy.net is not None,
        received=received,
        step_s=mapping.step_s,
        offset_s=_offset(mapping, name, period),
        shift_s=shift,
        most_wh=None if capacity is None else most_wh(capacity, minutes),
    )


def _refuse_what_is_for_single_files(mapping: Mapping, name: str) -> None:
    revenue, check = mapping.meters.revenue, mapping.meters.check
    wrong = {
        "format": mapping.format != "parquet",
        "meter_column": mapping.meter_column is None,
        "meters.revenue.id": revenue.id != EVERY_METER,
        "meters.check": check is not None,
        "unit_column": mapping.unit_column is not None,
        "time.minutes": HOUR % mapping.step_s != 0,
        "time.zone": mapping.time.zone == WITH_OFFSET,
        "energy": getattr(mapping, "cumulative", None) not in (None, False),
    }
    for key, is_wrong in wrong.items():
        if is_wrong:
            raise MeterFileError("mapping-volume", name, {"key": key})


def _whole_wh(column: Column, minutes: int, name: str) -> int:
    factor = column.wh_per_unit(minutes)
    if factor.denominator != 1:
        raise MeterFileError("mapping-volume", name, {"key": f"energy ({column.unit})"})
    return factor.numerator


def _offset(mapping: Mapping, name: str, period: Period) -> int:
    """Seconds the clock of the file is ahead of UTC, the same over the whole period."""
    zone = mapping.time.zone
    first = local_midnight(period.first, mapping.calendar) - 86_400
    last = local_midnight(period.last + ONE_DAY, mapping.calendar) + 86_400
    if transitions(ZoneInfo(zone), first, last):
        raise MeterFileError("mapping-volume", name, {"key": f"time.zone ({zone})"})
    day = period.first
    return local_midnight(day, "UTC") - local_midnight(day, zone)


def months_of(period: Period) -> list[tuple[Month, Period]]:
    """The calendar months of the period, each with its part of it."""
    firsts = [period.first, *month_starts(period.first, period.last)]
    lasts = [day - ONE_DAY for day in firsts[1:]] + [period.last]
    return [
        ((first.year, first.month), Period(first, last))
        for first, last in zip(firsts, lasts, strict=True)
    ]


def month_files(folder: Path, period: Period, calendar: str) -> list[MonthFile]:
    """The files of the folder that hold a month of the period, in order of the months.

    MeterFileError when a name holds no month, when two files hold one, or when none is wanted.
    """
    found: dict[Month, Path] = {}
    for path in sorted(folder.glob("*.parquet")):
        match = MONTH.search(path.name)
        if match is None:
            raise MeterFileError("month-unnamed", path.name)
        month = (int(match[1]), int(match[2]))
        if month in found:
            facts = {"month": f"{month[0]}-{month[1]:02d}", "other": found[month].name}
            raise MeterFileError("month-twice", path.name, facts)
        found[month] = path
    files = [
        _month_file(found[month], month, part, calendar)
        for month, part in months_of(period)
        if month in found
    ]
    if not files:
        facts = {"first": str(period.first), "last": str(period.last)}
        raise MeterFileError("months-none", str(folder), facts)
    return files


def _month_file(path: Path, month: Month, part: Period, calendar: str) -> MonthFile:
    start, end = bounds_of(part.first, part.last, calendar)
    return MonthFile(path=str(path), month=month, start=start, end=end)


def bounds_of(first: date, last: date, calendar: str) -> tuple[int, int]:
    """Epoch seconds of the first instant of the first day and the end of the last."""
    return local_midnight(first, calendar), local_midnight(last + ONE_DAY, calendar)
