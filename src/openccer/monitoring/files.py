"""The file before it is read: is it whole, is it what the mapping says, which columns has it.

One pass over the bytes: their digest, the gzip check, the encoding, and the two things that make
a row's place differ from its line (blank lines, quotes).
"""

import codecs
import csv
import difflib
import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any

import duckdb

from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.findings import Finding
from openccer.monitoring.mapping import Mapping

CHUNK = 1 << 20
SHOWN_COLUMNS = 20
# Readings shrink to a tenth, nothing but zeros to a hundredth. What grows more than this when it is
# unpacked is no export of a meter.
MAX_GROWTH, GROWTH_FREE = 200, 64 << 20
UTF8 = ("utf-8", "utf8")
GZIP, PARQUET = b"\x1f\x8b", b"PAR1"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterFile:
    """A file that can be read: `readable` is what DuckDB opens, a UTF-8 copy where one is needed.

    `lines` counts the lines of a CSV file, 0 where a quote may hide a line end. `ended` says that
    the last line has its line end. Where a line of the file made several rows of the copy,
    `row_lines` holds each row's line. `said` are findings made while the copy was made.
    """

    format: str
    path: Path
    readable: Path
    digest: str
    size: int
    columns: tuple[str, ...]
    types: tuple[str, ...]
    lines: int
    ended: bool
    row_lines: Sequence[int] = ()
    said: tuple[Finding, ...] = ()

    def writes_times(self, column: str) -> bool:
        """Are the times of this column texts, so that an offset in them was written by someone?"""
        return self.types[self.columns.index(column)] == "VARCHAR"


def inspect(path: Path, mapping: Mapping, directory: Path) -> MeterFile:
    """Look through the whole file once; MeterFileError for what cannot be read at all."""
    if not path.exists():
        raise MeterFileError("file-missing", str(path))
    try:
        if path.stat().st_size == 0:
            raise MeterFileError("file-empty", path.name)
        return _parquet(path) if mapping.format == "parquet" else _csv(path, mapping, directory)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise MeterFileError("file-unreadable", path.name, {"reason": reason}) from error


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _parquet(path: Path) -> MeterFile:
    with path.open("rb") as stream:
        head = stream.read(4)
        stream.seek(max(0, path.stat().st_size - 4))
        tail = stream.read(4)
    if head != PARQUET:
        raise MeterFileError("file-binary", path.name, {"format": "Parquet"})
    cut_off = MeterFileError("file-truncated", path.name, {"detail": "no footer (PAR1) at its end"})
    if tail != PARQUET:
        raise cut_off
    connection = duckdb.connect()
    try:
        described = connection.execute("DESCRIBE FROM read_parquet(?)", [str(path)]).fetchall()
    except duckdb.Error as error:
        raise cut_off from error
    finally:
        connection.close()
    return MeterFile(
        format="parquet",
        path=path,
        readable=path,
        digest=_digest(path),
        size=path.stat().st_size,
        columns=tuple(row[0] for row in described),
        types=tuple(row[1] for row in described),
        lines=0,
        ended=True,
    )


def _csv(path: Path, mapping: Mapping, directory: Path) -> MeterFile:
    with path.open("rb") as stream:
        head = stream.read(4)
    if head == PARQUET:
        raise MeterFileError("file-binary", path.name, {"format": "CSV"})
    zipped = head[:2] == GZIP
    encoding = mapping.encoding.lower().replace("_", "-")
    copy = directory / "utf8.csv" if zipped or encoding not in UTF8 else None
    lines, ended = _scan(path, encoding, zipped, copy)
    columns = _header(copy or path, mapping, path.name)
    return MeterFile(
        format="csv",
        path=path,
        readable=copy or path,
        digest=_digest(path),
        size=path.stat().st_size,
        columns=columns,
        types=("VARCHAR",) * len(columns),
        lines=lines,
        ended=ended,
    )


def _chunks(stream: IO[bytes], name: str) -> Iterator[bytes]:
    try:
        while chunk := stream.read(CHUNK):
            yield chunk
    except EOFError:
        detail = "the compressed data end too early"
        raise MeterFileError("file-truncated", name, {"detail": detail}) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise MeterFileError("file-truncated", name, {"detail": f"gzip: {error}"}) from error


def _scan(path: Path, encoding: str, zipped: bool, copy: Path | None) -> tuple[int, bool]:
    """Decode everything once, into `copy` if wanted. How many lines; does the last one end?"""
    decoder, lines, quoted, last = _decoder(encoding, path.name), 0, False, b""
    out = copy.open("wb") if copy else None
    opener: Callable[..., Any] = gzip.open if zipped else open
    utf8, size = encoding in UTF8, 0
    room = max(GROWTH_FREE, MAX_GROWTH * path.stat().st_size)
    try:
        with opener(path, "rb") as stream:
            for chunk in _chunks(stream, path.name):
                if b"\x00" in chunk and not encoding.startswith(("utf-16", "utf-32")):
                    raise MeterFileError("file-binary", path.name, {"format": "CSV"})
                size += len(chunk)
                if size > room:
                    facts: dict[str, str | int] = {"times": MAX_GROWTH}
                    raise MeterFileError("file-grows", path.name, facts)
                decoded = decoder(chunk)
                content = chunk if utf8 else decoded.encode()
                lines += content.count(b"\n")
                quoted = quoted or b'"' in content
                last = content[-1:] or last
                if out is not None:
                    out.write(content)
        decoder(b"", True)
    except UnicodeDecodeError as error:
        raise MeterFileError("file-encoding", path.name, {"encoding": encoding}) from error
    finally:
        if out is not None:
            out.close()
    ended = last in (b"\n", b"\r")
    return 0 if quoted else lines + (not ended), ended


def _decoder(encoding: str, name: str) -> Callable[..., str]:
    try:
        return codecs.getincrementaldecoder(encoding)().decode
    except LookupError:
        facts = {"key": "encoding", "detail": f"no encoding is called {encoding!r}"}
        raise MeterFileError("mapping-invalid", name, facts) from None


def text_lines(path: Path) -> TextIOWrapper:
    """The readable copy as text, a byte order mark left out."""
    return path.open(encoding="utf-8-sig", newline="")


def _header(readable: Path, mapping: Mapping, name: str) -> tuple[str, ...]:
    with text_lines(readable) as stream:
        csv.field_size_limit(1 << 24)
        rows = (row for row in csv.reader(stream, delimiter=mapping.delimiter) if row)
        try:
            header, first = next(rows, None), next(rows, None)
        except csv.Error as error:
            raise MeterFileError("line-unreadable", f"{name}:1", {"detail": str(error)}) from error
    if header is None:
        raise MeterFileError("file-empty", name)
    _check_delimiter(header, mapping, name)
    if first is None:
        raise MeterFileError("header-only", f"{name}:1")
    return tuple(column.strip() for column in header)


def _check_delimiter(header: list[str], mapping: Mapping, name: str) -> None:
    if len(header) > 1 or header[0] == mapping.time.column:
        return
    for likely in (",", ";", "\t", "|"):
        if likely != mapping.delimiter and likely in header[0]:
            facts = {"used": repr(mapping.delimiter), "likely": repr(likely)}
            raise MeterFileError("delimiter-wrong", f"{name}:1", facts)


def check_columns(file: MeterFile, mapping: Mapping) -> None:
    """Every column the mapping names stands in the file exactly once."""
    named = (mapping.time.column, mapping.meter_column, mapping.unit_column)
    wanted = [column for column in named if column is not None]
    for energy in (mapping.energy, mapping.check_energy):
        wanted += [column.column for column in energy.columns] if energy else []
    counts: dict[str, int] = {}
    for column in file.columns:
        counts[column] = counts.get(column, 0) + 1
    missing = [column for column in dict.fromkeys(wanted) if column not in counts]
    place = f"{file.path.name}:1"
    if missing:
        raise MeterFileError("columns-missing", place, _missing_facts(missing, file.columns))
    for column in wanted:
        if counts[column] > 1:
            facts: dict[str, str | int] = {"column": column, "count": counts[column]}
            raise MeterFileError("column-twice", place, facts)


def _missing_facts(missing: list[str], columns: tuple[str, ...]) -> dict[str, str | int]:
    shown = ", ".join(repr(column[:60]) for column in columns[:SHOWN_COLUMNS])
    more = len(columns) - SHOWN_COLUMNS
    near = difflib.get_close_matches(missing[0], columns[:2_000], n=3)
    close = ", ".join(repr(column[:60]) for column in near)
    return {
        "missing": ", ".join(repr(column) for column in missing),
        "found": shown + (f", … (+{more})" if more > 0 else ""),
        "near": f" [≈ {close}]" if near else "",
    }


def line_of(file: MeterFile, row: int, rows: int, delimiter: str) -> int:
    """The line (from 1) on which a row (from 0) begins; a Parquet file has rows only, from 1."""
    if file.format == "parquet":
        return row + 1
    if file.row_lines:
        return file.row_lines[row]
    if file.lines == rows + 1:  # no blank line, no line end in quotes
        return row + 2
    with text_lines(file.readable) as stream:
        reader = csv.reader(stream, delimiter=delimiter)
        place, before = -2, 0
        for cells in reader:
            place += bool(cells)
            if place == row:
                return before + 1
            before = reader.line_num
    return row + 2
