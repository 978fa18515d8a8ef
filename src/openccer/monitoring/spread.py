"""Files in which one line holds a whole day: columns for its intervals, or NEM12. Made long.

The long copy has a row for each interval and keeps, beside it, the line each row came from. Values
are copied as they are written; nothing is read as a number here.
"""

import csv
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.files import MeterFile, text_lines
from openccer.monitoring.findings import Finding
from openccer.monitoring.mapping import MINUTES_PER_DAY, NEM12, Mapping
from openccer.monitoring.nem12 import read_nem12

VALUE = "value"  # the energy column of the long copy of a file with slots


def spread(file: MeterFile, mapping: Mapping, directory: Path) -> MeterFile:
    """The file made long where its mapping says that a line holds a day; else as it is."""
    if mapping.format == NEM12:
        with text_lines(file.readable) as stream:
            days = read_nem12(stream, file.path.name, mapping)
        return _written(file, directory, days.columns, days.rows(), mapping, days.said)
    if mapping.time.slots is None:
        return file
    with text_lines(file.readable) as stream:
        reader = csv.reader(stream, delimiter=mapping.delimiter)
        columns, rows = _slots(reader, file, mapping)
        return _written(file, directory, columns, rows, mapping, ())


def _written(
    file: MeterFile,
    directory: Path,
    columns: Sequence[str],
    rows: Iterator[tuple[int, list[str]]],
    mapping: Mapping,
    said: Sequence[Finding],
) -> MeterFile:
    copy, lines = directory / "long.csv", array("L")
    with copy.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=mapping.delimiter, lineterminator="\n")
        writer.writerow(columns)
        for line, row in rows:
            lines.append(line)
            writer.writerow(row)
    if not lines:
        raise MeterFileError("header-only", f"{file.path.name}:1")
    return replace(
        file,
        readable=copy,
        columns=tuple(columns),
        types=("VARCHAR",) * len(columns),
        row_lines=lines,
        said=tuple(said),
        ended=True,
    )


def _slots(
    reader: Iterator[list[str]], file: MeterFile, mapping: Mapping
) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The columns of the long copy and its rows: time, the columns to keep, value."""
    name, slots = file.path.name, mapping.time.slots or ""
    header = [cell.strip() for cell in next(row for row in reader if row)]
    keep = [mapping.time.column]
    keep += [c for c in (mapping.meter_column, mapping.unit_column) if c is not None]
    missing = [column for column in (*keep, slots) if column not in header]
    if missing:
        found = ", ".join(map(repr, header[:20]))
        facts: dict[str, str | int] = {"missing": repr(missing[0]), "found": found, "near": ""}
        raise MeterFileError("columns-missing", f"{name}:1", facts)
    first, wanted = header.index(slots), MINUTES_PER_DAY // mapping.time.minutes
    if len(header) - first < wanted:
        counts: dict[str, str | int] = {
            "column": slots,
            "expected": wanted,
            "found": len(header) - first,
        }
        raise MeterFileError("slots-missing", f"{name}:1", counts)
    places = [header.index(column) for column in keep]
    return [*keep, VALUE], _days(reader, header, places, first, wanted, name, mapping)


def _days(
    reader: Iterator[list[str]],
    header: Sequence[str],
    places: Sequence[int],
    first: int,
    wanted: int,
    name: str,
    mapping: Mapping,
) -> Iterator[tuple[int, list[str]]]:
    step = timedelta(minutes=mapping.time.minutes)
    try:
        for row in reader:
            line = int(reader.line_num)  # type: ignore[attr-defined]
            if not row:
                continue
            if len(row) != len(header):
                facts: dict[str, str | int] = {"found": len(row), "expected": len(header)}
                raise MeterFileError("line-columns", f"{name}:{line}", facts)
            midnight = _day(row[places[0]].strip(), f"{name}:{line}", mapping)
            kept = [row[place] for place in places[1:]]
            for slot in range(wanted):
                moment = midnight + slot * step
                text = moment.strftime(mapping.time.format or "%Y-%m-%d %H:%M")
                yield line, [text, *kept, row[first + slot]]
    except csv.Error as error:
        raise MeterFileError("line-unreadable", name, {"detail": str(error)}) from error


def _day(text: str, place: str, mapping: Mapping) -> datetime:
    try:
        if mapping.time.format is None:
            return datetime.combine(date.fromisoformat(text), datetime.min.time())
        return datetime.strptime(text, mapping.time.format)  # noqa: DTZ007 (a wall time)
    except ValueError:
        raise MeterFileError("slots-day", place, {"text": repr(text)}) from None
