"""Why a file that was loaded cannot be measured: no times, no numbers, other units, other meters.

Each refusal names the file, the line and what to do. Nothing here changes a table.
"""

from pathlib import Path

from openccer.monitoring.engine import Sql
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.files import MeterFile
from openccer.monitoring.mapping import WITH_OFFSET
from openccer.monitoring.numbers import UNUSABLE, WITH_UNIT
from openccer.monitoring.registers import CHECK, REVENUE
from openccer.monitoring.tables import SHOWN, Cell, Readings

MIXED_SHARE = 4  # a quarter of all times with two readings: no transfer repeats that much
MIXED_LEAST = 48  # two days of hours: less may be a file that was joined badly


def refuse_broken_lines(sql: Sql, file: MeterFile) -> None:
    broken = sql.rows(
        "SELECT line, CAST(error_type AS VARCHAR), csv_line, error_message FROM reject_errors"
        " ORDER BY line LIMIT 1"
    )
    if not broken:
        return
    line, kind, content, message = broken[0]
    place = f"{file.path.name}:{line}"
    if kind not in ("MISSING COLUMNS", "TOO MANY COLUMNS"):
        raise MeterFileError("line-unreadable", place, {"detail": str(message)[:200]})
    found = int(str(message).rsplit(":", 1)[1])
    facts: dict[str, str | int] = {"found": found, "expected": len(file.columns)}
    if (
        kind == "MISSING COLUMNS"
        and not file.ended
        and _last_line(file.readable) == content.strip()
    ):
        detail = f"the last line has {found} of {len(file.columns)} columns"
        raise MeterFileError("file-truncated", place, {"detail": detail})
    raise MeterFileError("line-columns", place, facts)


def _last_line(path: Path) -> str:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - (1 << 20)))
        return stream.read().decode(errors="replace").rsplit("\n", 1)[-1].strip()


def refuse_what_nobody_can_read(readings: Readings) -> None:
    sql, mapping = readings.sql, readings.mapping
    if readings.rows == 0:
        raise MeterFileError("header-only", f"{readings.names}:1")
    _refuse_missing_meters(readings)
    _refuse_other_units(readings)
    timed, first, shown = sql.one(
        "SELECT count(wall), min(rowid) FILTER (wall IS NULL),"
        " arg_min(time_text, rowid) FILTER (wall IS NULL) FROM parsed WHERE role IS NOT NULL"
    )
    column = mapping.time.column
    if timed == 0:
        place = f"{readings.full_place(first)}, {column}"
        raise MeterFileError("times-unreadable", place, {"text": repr(shown)})
    if mapping.time.zone == WITH_OFFSET:
        naive, shown = sql.one(
            "SELECT min(rowid), arg_min(time_text, rowid) FROM parsed"
            " WHERE role IS NOT NULL AND wall IS NOT NULL AND offset_s IS NULL"
        )
        if naive is not None:
            place = f"{readings.full_place(naive)}, {column}"
            raise MeterFileError("time-without-zone", place, {"text": repr(shown)})
    for cell in readings.cells:
        _refuse_a_column_without_numbers(readings, cell)


def _refuse_missing_meters(readings: Readings) -> None:
    if readings.mapping.meter_column is None:
        return
    meters = readings.mapping.meters
    for role, meter in ((REVENUE, meters.revenue), (CHECK, meters.check)):
        if meter is None or readings.sql.one(f"SELECT count(*) FROM parsed WHERE role = {role}")[0]:
            continue
        others = readings.sql.rows(
            f"SELECT DISTINCT other FROM parsed WHERE other IS NOT NULL ORDER BY 1 LIMIT {SHOWN}"
        )
        facts: dict[str, str | int] = {
            "id": repr(meter.id),
            "found": ", ".join(repr(other) for (other,) in others) or "-",
        }
        place = f"{readings.names}: {readings.mapping.meter_column}"
        raise MeterFileError("meter-not-found", place, facts)


def _refuse_other_units(readings: Readings) -> None:
    """The unit column must say, in every row, the unit that the mapping names."""
    column = readings.mapping.unit_column
    if column is None:
        return
    first, shown = readings.sql.one(
        "SELECT min(rowid), arg_min(unit_text, rowid) FROM parsed"
        " WHERE role IS NOT NULL AND unit_text IS NOT NULL"
    )
    if first is not None:
        facts: dict[str, str | int] = {
            "column": column,
            "unit": readings.mapping.energy.columns[0].unit,
            "text": repr(shown),
        }
        raise MeterFileError("unit-changes", f"{readings.full_place(first)}, {column}", facts)


def refuse_mixed_meters(readings: Readings) -> None:
    """Times that stand twice with different readings throughout: the rows of more meters than one.

    Reads the tables `slot` and `repeat`. A few such times are a fault of one meter and a finding.
    """
    if readings.mapping.meter_column is not None:
        return
    times, first = readings.sql.one(
        "SELECT count(*), min(instant) FROM repeat WHERE NOT same AND NOT across AND differ"
    )
    (slots,) = readings.sql.one("SELECT count(*) FROM slot")
    if times < MIXED_LEAST or times * MIXED_SHARE < slots:
        return
    rows = readings.sql.rows(
        f"SELECT row FROM reading WHERE instant = {first} ORDER BY row LIMIT 2"
    )
    place = ", ".join(readings.full_place(row) for (row,) in rows)
    raise MeterFileError("meters-mixed", place, {"count": times, "intervals": slots})


def _refuse_a_column_without_numbers(readings: Readings, cell: Cell) -> None:
    at, sql = cell.place, readings.sql
    units = sql.rows(
        f"SELECT DISTINCT lower(regexp_extract(x{at}, '[^0-9.,+\\s-]+$')) FROM parsed"
        f" WHERE p{at} = {WITH_UNIT} AND role IS NOT NULL ORDER BY 1 LIMIT {SHOWN}"
    )
    numbers, first, shown = sql.one(
        f"SELECT count(v{at}), min(rowid) FILTER (p{at} > 0),"
        f" arg_min(x{at}, rowid) FILTER (p{at} > 0) FROM parsed WHERE role IS NOT NULL"
    )
    if first is None:
        return
    place = f"{readings.full_place(first)}, {cell.column}"
    if len(units) > 1:
        facts: dict[str, str | int] = {
            "column": cell.column,
            "units": ", ".join(unit for (unit,) in units),
        }
        raise MeterFileError("units-mixed", place, facts)
    if numbers == 0:
        facts = {"column": cell.column, "text": repr(shown)}
        raise MeterFileError("numbers-unreadable", place, facts)
    _refuse_unusable_numbers(readings, cell)


def _refuse_unusable_numbers(readings: Readings, cell: Cell) -> None:
    at, among = cell.place, ", ".join(map(str, UNUSABLE))
    count, first, shown = readings.sql.one(
        f"SELECT count(*), min(rowid), arg_min(x{at}, rowid) FROM parsed"
        f" WHERE p{at} IN ({among}) AND role IS NOT NULL"
    )
    if count:
        place = f"{readings.full_place(first)}, {cell.column}"
        facts: dict[str, str | int] = {
            "column": cell.column,
            "count": count,
            "text": repr(shown),
        }
        raise MeterFileError("numbers-unusable", place, facts)
