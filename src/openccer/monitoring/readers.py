"""A meter file into two narrow tables: `parsed`, a row per line, and `reading`, a row per reading.

`parsed` keeps its rows in the order of the file, so a row's number says its line; only a cell that
cannot be read is kept as text. `reading` holds role, instant (start of the interval, epoch seconds
UTC), export and import in Wh, and why a reading is refused. Nothing is summed here.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from openccer.monitoring.engine import Sql, name, text
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.files import MeterFile, check_columns, inspect, line_of
from openccer.monitoring.mapping import WITH_OFFSET, Mapping
from openccer.monitoring.numbers import UNUSABLE, WITH_UNIT, missing_sql, number_sql
from openccer.monitoring.registers import CHECK, REVENUE, registers_sql, shares
from openccer.monitoring.times import (
    REPEATED,
    SKIPPED,
    Span,
    span_sql,
    text_time_sql,
    wall_spans,
    whole_seconds,
)

SHOWN = 20
FIRST_YEAR, LAST_YEAR = 1970, 2100  # clock changes are looked up inside these years


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A column of the file in whole Wh, cut down or up: `v0`, `p0`, `x0` of `parsed` at place 0."""

    place: int
    column: str
    up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The tables `parsed` and `reading` on this connection, and how to speak of their rows."""

    sql: Sql
    file: MeterFile
    mapping: Mapping
    cells: tuple[Cell, ...]
    rows: int
    repeated_resolved: int
    zone_spans: tuple[Span, ...]

    def place(self, row: int) -> str:
        """Where a row stands: its line in a CSV file, its row in a Parquet file."""
        word = "row" if self.file.format == "parquet" else "line"
        return f"{word} {line_of(self.file, row, self.rows, self.mapping.delimiter)}"


def read(connection: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping) -> Readings:
    """Load the file; MeterFileError says why it cannot be. The tables are made anew."""
    (place,) = connection.execute("SELECT current_setting('temp_directory')").fetchall()[0]
    directory = Path(str(place)).parent
    file = inspect(path, mapping, directory)
    check_columns(file, mapping)
    sql, cells = Sql(connection), _cells(mapping)
    _parse(sql, file, mapping, cells)
    rows = int(sql.one("SELECT count(*) FROM parsed")[0])
    readings = Readings(
        sql=sql,
        file=file,
        mapping=mapping,
        cells=cells,
        rows=rows,
        repeated_resolved=0,
        zone_spans=(),
    )
    _refuse_what_nobody_can_read(readings)
    return _resolve(readings)


def _cells(mapping: Mapping) -> tuple[Cell, ...]:
    found: dict[tuple[str, bool], Cell] = {}
    for energy in (mapping.energy, mapping.check_energy):
        for column in energy.columns if energy else ():
            key = (column.column, energy is not None and column is energy.import_)
            found.setdefault(key, Cell(place=len(found), column=key[0], up=key[1]))
    return tuple(found.values())


def _source(file: MeterFile, mapping: Mapping, cells: tuple[Cell, ...]) -> str:
    """SQL for the wanted columns as trimmed text; a time that is no text stays what it is."""
    wanted = {"t": mapping.time.column}
    if mapping.meter_column is not None:
        wanted["m"] = mapping.meter_column
    wanted |= {f"c{cell.place}": cell.column for cell in cells}
    if file.format == "parquet":
        kinds = dict(zip(file.columns, file.types, strict=True))
        parts = [
            f"{_parquet_text(name(column), kinds[column], alias == 't')} AS {alias}"
            for alias, column in wanted.items()
        ]
        return f"SELECT {', '.join(parts)} FROM read_parquet(?)"
    places = {column: at for at, column in enumerate(file.columns)}
    swap = mapping.decimal == ","
    parts = []
    for alias, column in wanted.items():
        trimmed = f"trim(f{places[column]})"
        number = alias.startswith("c") and swap
        parts.append(f"{f'''translate({trimmed}, '.,', ',.')''' if number else trimmed} AS {alias}")
    columns = ", ".join(f"'f{at}': 'VARCHAR'" for at in range(len(file.columns)))
    quote = """quote = '"', escape = '"'"""
    return (
        f"SELECT {', '.join(parts)} FROM read_csv(?, auto_detect = false, header = true,"
        f" delim = {text(mapping.delimiter)}, {quote}, columns = {{{columns}}},"
        " store_rejects = true, rejects_limit = 3)"
    )


def _parquet_text(column: str, kind: str, is_time: bool) -> str:
    """A Parquet column as text. A double goes through its shortest decimal; NaN is no reading."""
    if is_time and kind.startswith(("TIMESTAMP", "DATE")):
        return column
    if kind in ("DOUBLE", "FLOAT"):
        shortest = f"CAST({column} AS VARCHAR)"
        tiny = f"coalesce(CAST(TRY_CAST({shortest} AS DECIMAL(38, 24)) AS VARCHAR), {shortest})"
        plain = f"CASE WHEN contains({shortest}, 'e') THEN {tiny} ELSE {shortest} END"
        return f"CASE WHEN NOT isnan({column}) THEN {plain} END"
    return f"trim(CAST({column} AS VARCHAR))"


def _time(file: MeterFile, mapping: Mapping) -> tuple[str, str, str, str]:
    """SQL for the column ts, then wall seconds, offset, and the text of column t."""
    kind = dict(zip(file.columns, file.types, strict=True))[mapping.time.column]
    if kind == "VARCHAR":
        return *text_time_sql("t", mapping.time.format), "t"
    if not kind.startswith(("TIMESTAMP", "DATE")):
        facts: dict[str, str | int] = {
            "column": mapping.time.column,
            "type": kind,
            "wanted": "time",
        }
        raise MeterFileError("column-type", file.path.name, facts)
    zoned = "TZ" in kind or "TIME ZONE" in kind
    cast = "TIMESTAMPTZ" if zoned else "TIMESTAMP"
    offset = "CAST(0 AS BIGINT)" if zoned else "CAST(NULL AS BIGINT)"
    return f"CAST(t AS {cast})", whole_seconds("ts"), offset, "CAST(t AS VARCHAR)"


def _parse(sql: Sql, file: MeterFile, mapping: Mapping, cells: tuple[Cell, ...]) -> None:
    """One pass over the file: `parsed`, in file order."""
    sql.run("DROP TABLE IF EXISTS reject_errors")
    sql.run("DROP TABLE IF EXISTS reject_scans")
    try:
        sql.run(_parse_sql(file, mapping, cells), [str(file.readable)])
    except duckdb.OperationalError:  # memory, disk: trouble of the machine, not of the file
        raise
    except duckdb.Error as error:
        detail = str(error).splitlines()[0][:200]
        raise MeterFileError("line-unreadable", file.path.name, {"detail": detail}) from error
    if file.format == "csv":
        _refuse_broken_lines(sql, file)


def _parse_sql(file: MeterFile, mapping: Mapping, cells: tuple[Cell, ...]) -> str:
    """Each text is tested in an inner query and taken apart in an outer one, so once."""
    ts, wall, offset, time_text = _time(file, mapping)
    units = {column.column: column for column in mapping.energy.columns}
    units |= {c.column: c for c in (mapping.check_energy or mapping.energy).columns}
    quick, tests, outputs = [f"{ts} AS ts"], [f"{wall} AS wall", f"{offset} AS offset_s"], []
    for cell in cells:
        at, source = cell.place, f"c{cell.place}"
        number = number_sql(source, at, units[cell.column], mapping.time.minutes, cell.up)
        missing = missing_sql(source, mapping.missing)
        quick.append(f"{number.scaled} AS n{at}")
        tests += [f"{number.plain} AS plain{at}", f"{missing} AS missing{at}"]
        outputs += [
            f"CASE WHEN plain{at} AND NOT missing{at} THEN {number.value} END AS v{at}",
            f"CASE WHEN missing{at} OR plain{at} THEN 0 ELSE {number.problem} END AS p{at}",
            f"CASE WHEN NOT missing{at} AND NOT plain{at} THEN left({source}, 60) END AS x{at}",
        ]
    keep = "wall IS NULL" + (" OR offset_s IS NULL" if mapping.time.zone == WITH_OFFSET else "")
    return (
        f"CREATE OR REPLACE TABLE parsed AS SELECT {_role(mapping)} AS role, wall, offset_s,"
        f" CASE WHEN {keep} THEN left({time_text}, 60) END AS time_text,"
        f" {_other_meter(mapping)} AS other, {', '.join(outputs)}"
        f" FROM (SELECT *, {', '.join(tests)} FROM (SELECT *, {', '.join(quick)}"
        f" FROM ({_source(file, mapping, cells)})))"
    )


def _role(mapping: Mapping) -> str:
    if mapping.meter_column is None:
        return f"CAST({REVENUE} AS TINYINT)"
    cases = f"WHEN {text(mapping.meters.revenue.id or '')} THEN {REVENUE}"
    if mapping.meters.check is not None:
        cases += f" WHEN {text(mapping.meters.check.id or '')} THEN {CHECK}"
    return f"CAST(CASE m {cases} END AS TINYINT)"


def _other_meter(mapping: Mapping) -> str:
    if mapping.meter_column is None:
        return "CAST(NULL AS VARCHAR)"
    return f"CASE WHEN {_role(mapping)} IS NULL THEN left(m, 60) END"


def _refuse_broken_lines(sql: Sql, file: MeterFile) -> None:
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


def _refuse_what_nobody_can_read(readings: Readings) -> None:
    sql, mapping, file = readings.sql, readings.mapping, readings.file
    if readings.rows == 0:
        raise MeterFileError("header-only", f"{file.path.name}:1")
    _refuse_missing_meters(readings)
    timed, first, shown = sql.one(
        "SELECT count(wall), min(rowid) FILTER (wall IS NULL),"
        " arg_min(time_text, rowid) FILTER (wall IS NULL) FROM parsed WHERE role IS NOT NULL"
    )
    column = mapping.time.column
    if timed == 0:
        place = f"{file.path.name}: {readings.place(first)}, {column}"
        raise MeterFileError("times-unreadable", place, {"text": repr(shown)})
    if mapping.time.zone == WITH_OFFSET:
        naive, shown = sql.one(
            "SELECT min(rowid), arg_min(time_text, rowid) FROM parsed"
            " WHERE role IS NOT NULL AND wall IS NOT NULL AND offset_s IS NULL"
        )
        if naive is not None:
            place = f"{file.path.name}: {readings.place(naive)}, {column}"
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
        place = f"{readings.file.path.name}: {readings.mapping.meter_column}"
        raise MeterFileError("meter-not-found", place, facts)


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
    place = f"{readings.file.path.name}: {readings.place(first)}, {cell.column}"
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
        place = f"{readings.file.path.name}: {readings.place(first)}, {cell.column}"
        facts: dict[str, str | int] = {
            "column": cell.column,
            "count": count,
            "text": repr(shown),
        }
        raise MeterFileError("numbers-unusable", place, facts)


def _resolve(readings: Readings) -> Readings:
    """Wall times to instants, then the table `reading`."""
    spans = _spans(readings)
    resolved = _resolve_repeated(readings.sql, spans)
    mapping = readings.mapping
    off = span_sql("wall", spans, [span.mark for span in spans]) if spans else "NULL"
    shift = mapping.step_s if mapping.time.stands_for == "end" else 0
    timed = (
        f"(SELECT *, wall - off - {shift} AS instant FROM (SELECT rowid AS row, *,"
        f" coalesce(offset_s, {off}) AS off FROM parsed WHERE wall IS NOT NULL)"
        f" WHERE off NOT IN ({SKIPPED}, {REPEATED}))"
    )
    places = {(cell.column, cell.up): cell.place for cell in readings.cells}
    selects = [
        registers_sql(mapping, places, energy, role, where, timed)
        for energy, role, where in shares(mapping)
    ]
    readings.sql.run(f"CREATE OR REPLACE TABLE reading AS {' UNION ALL '.join(selects)}")
    return Readings(
        sql=readings.sql,
        file=readings.file,
        mapping=mapping,
        cells=readings.cells,
        rows=readings.rows,
        repeated_resolved=resolved,
        zone_spans=tuple(spans),
    )


def _spans(readings: Readings) -> list[Span]:
    if readings.mapping.time.zone == WITH_OFFSET:
        return []
    first, last = readings.sql.one(
        "SELECT CAST(year(make_timestamp(min(wall) * 1000000)) AS BIGINT),"
        " CAST(year(make_timestamp(max(wall) * 1000000)) AS BIGINT)"
        " FROM parsed WHERE offset_s IS NULL AND wall IS NOT NULL"
    )
    if first is None:
        return []
    first, last = (min(max(int(year), FIRST_YEAR), LAST_YEAR) for year in (first, last))
    return wall_spans(readings.mapping.time.zone, first, last)


def _resolve_repeated(sql: Sql, spans: list[Span]) -> int:
    """Give the repeated hour its two offsets: first the earlier, where the file is in order.

    Only a wall time that stands exactly twice, in a file whose times otherwise never step back,
    is resolved; everything else stays REPEATED. Answers how many rows were resolved.
    """
    if not any(span.mark == REPEATED for span in spans):
        return 0
    mark = span_sql("wall", spans, [span.mark for span in spans])
    sql.run(
        "CREATE OR REPLACE TEMP TABLE repeated AS SELECT rowid AS row, role, wall,"
        " row_number() OVER again AS nth, count(*) OVER (PARTITION BY role, wall) AS times"
        f" FROM parsed WHERE role IS NOT NULL AND offset_s IS NULL AND {mark} = {REPEATED}"
        " WINDOW again AS (PARTITION BY role, wall ORDER BY rowid)"
    )
    (wanted,) = sql.one("SELECT count(*) FROM repeated WHERE times = 2")
    if not wanted or _steps_back(sql, mark):
        return 0
    earlier = span_sql("repeated.wall", spans, [max(span.offsets, default=0) for span in spans])
    later = span_sql("repeated.wall", spans, [min(span.offsets, default=0) for span in spans])
    sql.run(
        f"UPDATE parsed SET offset_s = CASE nth WHEN 1 THEN {earlier} ELSE {later} END"
        " FROM repeated WHERE parsed.rowid = repeated.row AND repeated.times = 2"
    )
    return int(wanted)


def _steps_back(sql: Sql, mark: str) -> bool:
    """Does any meter's time go back, other than inside a repeated hour?"""
    (back,) = sql.one(
        f"SELECT count(*) FROM (SELECT wall, {mark} AS mark, lag(wall) OVER w AS before,"
        f" lag({mark}) OVER w AS mark_before FROM parsed"
        " WHERE role IS NOT NULL AND wall IS NOT NULL"
        " WINDOW w AS (PARTITION BY role ORDER BY rowid))"
        f" WHERE wall < before AND NOT (mark = {REPEATED} AND mark_before = {REPEATED})"
    )
    return bool(back)
