"""The kinds of file a table is written as, and each read back to the same values.

CSV: UTF-8, a heading row, nothing for None. Parquet: typed columns, by DuckDB on one thread. A
workbook is written by whoever has a writer for it, and read here.
"""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import openpyxl

from openccer.interop.exports.proved.tables import Line, Table, Value
from openccer.interop.exports.wrong import InteropError, Wrong

SQL_TYPES = {"text": "VARCHAR", "whole": "BIGINT", "day": "DATE", "flag": "BOOLEAN"}
MAX_UNPACKED = 1024 * 1024 * 1024  # bytes of a workbook, which is a zip archive
FLAGS = {True: "true", False: "false"}

Rows = list[tuple[Value, ...]]
Writer = Callable[[Table, Sequence[Line]], bytes]


def csv_bytes(table: Table, lines: Sequence[Line]) -> bytes:
    """The table as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_text(value) for value in line.values] for line in lines)
    return text.getvalue().encode()


def _text(value: Value) -> str:
    return "" if value is None else FLAGS[value] if isinstance(value, bool) else str(value)


def cells(line: Line) -> tuple[str | int | None, ...]:
    """The values as cells of a workbook: whole numbers as numbers, all else as text."""
    return tuple(FLAGS[v] if isinstance(v, bool) else v for v in line.values)


def parquet_bytes(table: Table, lines: Sequence[Line]) -> bytes:
    """The table as Parquet; the same rows give the same bytes under the same DuckDB."""
    columns = ", ".join(f"'{name}': '{SQL_TYPES[kind]}'" for name, kind in table.columns.items())
    with tempfile.TemporaryDirectory() as folder, _duckdb() as sql:
        there, target = Path(folder) / "rows.json", Path(folder) / "rows.parquet"
        with there.open("w", encoding="utf-8") as file:
            for line in lines:
                row = dict(zip(table.columns, line.values, strict=True))
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        query = (
            f"COPY (SELECT * FROM read_json(?, columns = {{{columns}}},"
            " format = 'newline_delimited', maximum_object_size = 67108864))"
            f" TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
        )
        sql.execute(query, [str(there)])
        return target.read_bytes()


def _duckdb() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"threads": 1})


# --- read back ----------------------------------------------------------------------------------


def read_rows(path: Path, table: Table) -> Rows:
    """The rows of a file by its suffix; InteropError where it is no such table."""
    try:
        heads, rows = READERS[path.suffix](path)
        if heads != list(table.columns):
            raise ValueError(f"the columns are {', '.join(map(str, heads))}"[:200])
        return [_typed(row, table) for row in rows]
    except (ValueError, KeyError, TypeError, OSError, csv.Error) as error:
        raise _unreadable(path, error) from error
    except (duckdb.Error, zipfile.BadZipFile) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> InteropError:
    facts = {"detail": str(error)[:200]}
    return InteropError([Wrong(path.name, "", "", "unreadable-table", facts)])


def _typed(row: Sequence[Any], table: Table) -> tuple[Value, ...]:
    kinds = table.columns.values()
    return tuple(_as(kind, value) for kind, value in zip(kinds, row, strict=True))


def _as(kind: str, value: Any) -> Value:
    if value is None or value == "":
        return None
    if kind == "whole":
        if isinstance(value, str) and not value.removeprefix("-").isdecimal():
            raise ValueError(f"not a whole number: {value[:40]!r}")
        return int(value)
    if kind == "flag":
        return value if isinstance(value, bool) else {"true": True, "false": False}[value]
    return str(value)


def _csv(path: Path) -> tuple[list[Any], Iterator[Sequence[Any]]]:
    rows = csv.reader(io.StringIO(path.read_bytes().decode(), newline=""), strict=True)
    return next(rows, []), rows


def _parquet(path: Path) -> tuple[list[Any], Iterator[Sequence[Any]]]:
    with _duckdb() as sql:
        found = sql.execute("SELECT * FROM read_parquet(?)", [str(path)])
        return [one[0] for one in found.description or ()], iter(found.fetchall())


def _xlsx(path: Path) -> tuple[list[Any], Iterator[Sequence[Any]]]:
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(one.file_size for one in packed.infolist()) > MAX_UNPACKED:
            raise ValueError(f"more than {MAX_UNPACKED} bytes when unpacked")
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    rows = sheet.iter_rows(values_only=True)
    heads = list(next(rows, ()))
    width = len(heads)
    return heads, (tuple(row) + (None,) * (width - len(row)) for row in rows)


READERS: Mapping[str, Callable[[Path], tuple[list[Any], Iterator[Sequence[Any]]]]] = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".xlsx": _xlsx,
}
