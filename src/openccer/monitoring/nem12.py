"""NEM12: interval data as the Australian market exchanges them, one line for a meter and a day.

Source: AEMO, Meter Data File Format Specification NEM12 and NEM13: records 100 header, 200 which
meter and register, 300 a day of values, 400 the quality of some of its intervals, 900 end. Times
are UTC+10 without summer time: write zone Australia/Brisbane. The long copy has the columns
`nmi`, `time` and one for each register, such as B1 (sent to the grid) and E1 (drawn from it).
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.findings import Finding, finding
from openccer.monitoring.mapping import MINUTES_PER_DAY, Mapping

NMI, TIME = "nmi", "time"
FLAGS = frozenset("AEFNSV")
VARIES = "V"  # the flag stands in 400 records, by interval
Key = tuple[str, str, int]  # meter, day, and which of several lines for that day


@dataclass(slots=True)
class Register:
    """The register that the lines below a 200 record belong to."""

    nmi: str
    suffix: str
    minutes: int


@dataclass(slots=True)
class DayLine:
    """One 300 record: its line, its values, and the quality flag of each interval."""

    line: int
    register: Register
    day: str
    values: list[str]
    flags: list[str]


@dataclass(slots=True)
class Days:
    """All lines of a file, put together by meter and day."""

    minutes: int
    registers: list[str] = field(default_factory=list)
    days: dict[Key, dict[str, DayLine]] = field(default_factory=dict)
    said: list[Finding] = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        return [NMI, TIME, *self.registers]

    def add(self, day: DayLine) -> None:
        """Each register of a meter and day once; a further line for it is a day of its own."""
        again = 0
        suffix = day.register.suffix
        while suffix in self.days.get((day.register.nmi, day.day, again), {}):
            again += 1
        self.days.setdefault((day.register.nmi, day.day, again), {})[suffix] = day
        if suffix not in self.registers:
            self.registers.append(suffix)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """A row for each meter, day and interval, with the line its first register stands on."""
        step = timedelta(minutes=self.minutes)
        for (nmi, day, _), lines in self.days.items():
            midnight = datetime.strptime(day, "%Y%m%d")  # noqa: DTZ007 (a wall time)
            first = min(line.line for line in lines.values())
            for slot in range(MINUTES_PER_DAY // self.minutes):
                moment = (midnight + slot * step).strftime("%Y-%m-%d %H:%M")
                cells = [
                    lines[name].values[slot] if name in lines else "" for name in self.registers
                ]
                yield first, [nmi, moment, *cells]


def read_nem12(stream: Iterable[str], name: str, mapping: Mapping) -> Days:
    """Every 300 record of the registers that the mapping names; MeterFileError says what is wrong.

    An interval whose quality flag the mapping does not accept has no value: it was not metered.
    """
    reader = csv.reader(stream)
    found, register, last = Days(minutes=mapping.time.minutes), None, None
    lines: list[DayLine] = []
    kinds: list[str] = []
    try:
        for row in reader:
            if not row or not row[0].strip():
                continue
            line, kind = reader.line_num, row[0].strip()
            _in_order(kind, kinds, row, name, line)
            if kind == "200":
                register, last = _register(row, name, line, mapping), None
            elif kind == "300" and register is not None:
                last = _day_line(row, register, name, line)
                lines.append(last)
            elif kind == "400" and last is not None:
                _quality(row, last, name, line)
    except csv.Error as error:
        raise MeterFileError("line-unreadable", name, {"detail": str(error)}) from error
    if "900" not in kinds:
        detail = {"detail": "no 900 record at its end"}
        raise MeterFileError("file-truncated", name, detail)
    for one in lines:
        found.add(one)
    found.said = list(_refused_flags(lines, mapping, name))
    return found


def _wrong(name: str, line: int, detail: str) -> MeterFileError:
    return MeterFileError("nem12-record", f"{name}:{line}", {"detail": detail})


def _in_order(kind: str, kinds: list[str], row: list[str], name: str, line: int) -> None:
    """100 first and of NEM12, a 200 before every 300, nothing after 900."""
    if not kinds and (kind != "100" or len(row) < 2 or row[1].strip().upper() != "NEM12"):
        raise _wrong(name, line, "the first record is not 100,NEM12")
    if kind not in ("100", "200", "300", "400", "500", "900"):
        raise _wrong(name, line, f"no record is called {kind[:20]!r}")
    if kind == "300" and "200" not in kinds:
        raise _wrong(name, line, "a 300 record without a 200 record before it")
    kinds.append(kind)


def _register(row: list[str], name: str, line: int, mapping: Mapping) -> Register | None:
    """The register, if the mapping names it; its unit and interval must be those of the mapping."""
    cells = [cell.strip() for cell in row]
    if len(cells) < 9:
        raise _wrong(name, line, f"a 200 record has at least 9 cells, not {len(cells)}")
    nmi, suffix, unit, minutes = cells[1], cells[4], cells[7], cells[8]
    energies = (mapping.energy, mapping.check_energy)
    wanted = {c.column: c.unit for energy in energies if energy for c in energy.columns}
    if suffix not in wanted:
        return None
    if unit.lower() != wanted[suffix].lower():
        facts: dict[str, str | int] = {
            "column": suffix,
            "text": repr(unit),
            "unit": wanted[suffix],
        }
        raise MeterFileError("unit-changes", f"{name}:{line}", facts)
    if minutes != str(mapping.time.minutes):
        detail = f"intervals of {minutes} minutes where the mapping says {mapping.time.minutes}"
        raise _wrong(name, line, detail)
    return Register(nmi=nmi, suffix=suffix, minutes=mapping.time.minutes)


def _day_line(row: list[str], register: Register, name: str, line: int) -> DayLine:
    cells = [cell.strip() for cell in row]
    count = MINUTES_PER_DAY // register.minutes
    if len(cells) < count + 3 or cells[count + 2][:1] not in FLAGS:
        raise _wrong(name, line, f"a 300 record holds {count} values and then a quality flag")
    try:
        datetime.strptime(cells[1], "%Y%m%d")  # noqa: DTZ007 (a day)
    except ValueError:
        raise _wrong(name, line, f"{cells[1][:20]!r} is no day") from None
    return DayLine(
        line=line,
        register=register,
        day=cells[1],
        values=[f"0{cell}" if cell.startswith(".") else cell for cell in cells[2 : count + 2]],
        flags=[cells[count + 2][:1]] * count,
    )


def _quality(row: list[str], day: DayLine, name: str, line: int) -> None:
    """A 400 record: the flag of the intervals from one number to another, counted from 1."""
    cells = [cell.strip() for cell in row]
    numbers = [cell for cell in cells[1:3] if cell.isdecimal()]
    if len(numbers) < 2 or len(cells) < 4 or cells[3][:1] not in FLAGS - {VARIES}:
        raise _wrong(name, line, "a 400 record holds two interval numbers and a quality flag")
    first, last = (int(number) for number in numbers)
    if not 1 <= first <= last <= len(day.values):
        raise _wrong(name, line, f"intervals {first} to {last} of {len(day.values)}")
    day.flags[first - 1 : last] = [cells[3][:1]] * (last - first + 1)


def _refused_flags(lines: list[DayLine], mapping: Mapping, name: str) -> Iterator[Finding]:
    """Takes the values away whose flag is not accepted, and says how many of each flag."""
    counts: dict[str, tuple[int, int]] = {}
    for day in lines:
        for slot, flag in enumerate(day.flags):
            if flag in mapping.quality:
                continue
            day.values[slot] = ""
            count, first = counts.get(flag, (0, day.line))
            counts[flag] = count + 1, first
    for flag, (count, first) in sorted(counts.items()):
        yield finding("quality-flag", meter="-", place=f"line {first}", count=count, flag=flag)
