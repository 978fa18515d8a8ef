"""A meter file into two narrow tables: `parsed`, a row per line, and `reading`, a row per reading.

`parsed` keeps its rows in the order of the file, so a row's number says its line; only a cell that
cannot be read is kept as text. `reading` holds role, instant (start of the interval, epoch seconds
UTC), export and import in Wh, and why a reading is refused. Nothing is summed here.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import duckdb

from openccer.monitoring.cumulative import register_readings
from openccer.monitoring.engine import Sql, name, text
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.files import MeterFile, check_columns, inspect
from openccer.monitoring.mapping import WITH_OFFSET, Mapping
from openccer.monitoring.numbers import missing_sql, number_sql
from openccer.monitoring.offsets import offset_findings, spans_of
from openccer.monitoring.refusals import refuse_broken_lines, refuse_what_nobody_can_read
from openccer.monitoring.registers import CHECK, REVENUE, registers_sql, shares
from openccer.monitoring.spread import spread
from openccer.monitoring.tables import Cell, Readings
from openccer.monitoring.times import (
    REPEATED,
    SKIPPED,
    Span,
    span_sql,
    text_time_sql,
    whole_seconds,
)


def read(
    connection: duckdb.DuckDBPyConnection, path: Path | Sequence[Path], mapping: Mapping
) -> Readings:
    """Load the file or files; MeterFileError says why it cannot be. The tables are made anew.

    Several files are one measurement whatever their order: they are taken by their digests.
    """
    (place,) = connection.execute("SELECT current_setting('temp_directory')").fetchall()[0]
    files = _inspected([path] if isinstance(path, Path) else path, mapping, Path(place).parent)
    sql, cells, counts = Sql(connection), cells_of(mapping), [0]
    for at, file in enumerate(files):
        _parse(sql, file, mapping, cells, add=at > 0)
        counts.append(int(sql.one("SELECT count(*) FROM parsed")[0]))
    readings = Readings(
        sql=sql,
        files=files,
        firsts=tuple(counts[:-1]),
        mapping=mapping,
        cells=cells,
        rows=counts[-1],
        said=tuple(finding for file in files for finding in file.said),
    )
    refuse_what_nobody_can_read(readings)
    return _resolve(readings)


def _inspected(paths: Sequence[Path], mapping: Mapping, directory: Path) -> tuple[MeterFile, ...]:
    """Each file looked through, in the order of the digests; none may be given twice."""
    files = []
    for at, path in enumerate(paths):
        own = directory / f"file{at}"
        own.mkdir(exist_ok=True)
        file = inspect(path, mapping, own)
        file = spread(file, mapping, own)
        check_columns(file, mapping)
        files.append(file)
    files.sort(key=lambda file: file.digest)
    for one, other in pairwise(files):
        if one.digest == other.digest:
            facts: dict[str, str | int] = {"other": str(one.path)}
            raise MeterFileError("file-twice", str(other.path), facts)
    return tuple(files)


def cells_of(mapping: Mapping) -> tuple[Cell, ...]:
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
    if mapping.unit_column is not None:
        wanted["u"] = mapping.unit_column
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


def _parse(
    sql: Sql, file: MeterFile, mapping: Mapping, cells: tuple[Cell, ...], *, add: bool
) -> None:
    """One pass over the file: `parsed`, in file order; the rows of a further file are added."""
    into = "INSERT INTO parsed" if add else "CREATE OR REPLACE TABLE parsed AS"
    sql.run("DROP TABLE IF EXISTS reject_errors")
    sql.run("DROP TABLE IF EXISTS reject_scans")
    try:
        sql.run(f"{into} {_parse_sql(file, mapping, cells)}", [str(file.readable)])
    except duckdb.OperationalError:  # memory, disk: trouble of the machine, not of the file
        raise
    except duckdb.Error as error:
        detail = str(error).splitlines()[0][:200]
        raise MeterFileError("line-unreadable", file.path.name, {"detail": detail}) from error
    if file.format == "csv":
        refuse_broken_lines(sql, file)


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
        f"SELECT {_role(mapping)} AS role, wall, offset_s,"
        f" CASE WHEN {keep} THEN left({time_text}, 60) END AS time_text,"
        f" {_other_meter(mapping)} AS other, {_unit(mapping)} AS unit_text, {', '.join(outputs)}"
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


def _unit(mapping: Mapping) -> str:
    """The text of the unit column where it is not the unit of the mapping."""
    if mapping.unit_column is None:
        return "CAST(NULL AS VARCHAR)"
    unit = text(mapping.energy.columns[0].unit.lower())
    return f"CASE WHEN lower(coalesce(u, '')) <> {unit} THEN left(coalesce(u, ''), 60) END"


def _resolve(readings: Readings) -> Readings:
    """Wall times to instants, then the table `reading`."""
    said = tuple(offset_findings(readings))
    spans = spans_of(readings, "offset_s IS NULL")
    resolved = _resolve_repeated(readings, spans)
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
    table = "level" if mapping.cumulative else "reading"
    readings.sql.run(f"CREATE OR REPLACE TABLE {table} AS {' UNION ALL '.join(selects)}")
    if mapping.cumulative:
        register_readings(readings)
    return replace(
        readings, repeated_resolved=resolved, zone_spans=tuple(spans), said=(*readings.said, *said)
    )


def _resolve_repeated(readings: Readings, spans: list[Span]) -> int:
    """Give the repeated hour its two offsets: first the earlier, where the file is in order.

    Only a wall time that stands exactly twice, in a file whose times otherwise never step back,
    is resolved; everything else stays REPEATED. Answers how many rows were resolved.
    """
    if not any(span.mark == REPEATED for span in spans):
        return 0
    sql, mark = readings.sql, span_sql("wall", spans, [span.mark for span in spans])
    own = f"PARTITION BY {readings.file_sql('rowid')}, role"  # each file has its own order
    sql.run(
        "CREATE OR REPLACE TEMP TABLE repeated AS SELECT rowid AS row, role, wall,"
        f" row_number() OVER again AS nth, count(*) OVER ({own}, wall) AS times"
        f" FROM parsed WHERE role IS NOT NULL AND offset_s IS NULL AND {mark} = {REPEATED}"
        f" WINDOW again AS ({own}, wall ORDER BY rowid)"
    )
    (wanted,) = sql.one("SELECT count(*) FROM repeated WHERE times = 2")
    if not wanted or _steps_back(sql, mark, own):
        return 0
    earlier = span_sql("repeated.wall", spans, [max(span.offsets, default=0) for span in spans])
    later = span_sql("repeated.wall", spans, [min(span.offsets, default=0) for span in spans])
    sql.run(
        f"UPDATE parsed SET offset_s = CASE nth WHEN 1 THEN {earlier} ELSE {later} END"
        " FROM repeated WHERE parsed.rowid = repeated.row AND repeated.times = 2"
    )
    return int(wanted)


def _steps_back(sql: Sql, mark: str, own: str) -> bool:
    """Does any meter's time go back, other than inside a repeated hour?"""
    (back,) = sql.one(
        f"SELECT count(*) FROM (SELECT wall, {mark} AS mark, lag(wall) OVER w AS before,"
        f" lag({mark}) OVER w AS mark_before FROM parsed"
        " WHERE role IS NOT NULL AND wall IS NOT NULL"
        f" WINDOW w AS ({own} ORDER BY rowid))"
        f" WHERE wall < before AND NOT (mark = {REPEATED} AND mark_before = {REPEATED})"
    )
    return bool(back)
