"""A table of texts from a CSV (also gzipped) or an Excel workbook, each row with its line."""

import csv
import gzip
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from openccer.monitoring.errors import MeterFileError

MOST_BYTES = 256 << 20  # unpacked; a province has fewer trees on its plots
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by column, as text without space around, and where it stands."""

    place: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file of rows under one header."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def needs(self, wanted: list[str]) -> None:
        """MeterFileError with every column that is not there."""
        missing = [name for name in dict.fromkeys(wanted) if name not in self.columns]
        if missing:
            facts: dict[str, str | int] = {
                "missing": ", ".join(missing),
                "found": ", ".join(self.columns[:20]),
                "near": "",
            }
            raise MeterFileError("columns-missing", f"{self.name}:1", facts)


def read_table(path: Path, *, encoding: str = "utf-8", sheet: str | None = None) -> Table:
    """The rows of the file; MeterFileError for what is not such a table."""
    try:
        head = path.read_bytes()[:4]
        if not head:
            raise MeterFileError("file-empty", path.name)
        lines = _workbook(path, sheet) if head == ZIP else _csv(path, encoding, head[:2] == GZIP)
        return _table(path.name, lines)
    except FileNotFoundError:
        raise MeterFileError("file-missing", str(path)) from None
    except (EOFError, gzip.BadGzipFile) as error:
        raise MeterFileError("file-truncated", path.name, {"detail": str(error)}) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise MeterFileError("file-unreadable", path.name, {"reason": reason}) from error


def _table(name: str, lines: Iterator[tuple[int, list[str]]]) -> Table:
    _, header = next(lines, (1, []))
    if not any(header):
        raise MeterFileError("file-empty", name)
    for column in header:
        if column and header.count(column) > 1:
            facts: dict[str, str | int] = {"column": column, "count": header.count(column)}
            raise MeterFileError("column-twice", f"{name}:1", facts)
    rows = []
    for line, cells in lines:
        if not any(cells):
            continue
        if len(cells) != len(header):
            counts: dict[str, str | int] = {"found": len(cells), "expected": len(header)}
            raise MeterFileError("line-columns", f"{name}:{line}", counts)
        rows.append(Row(f"{name}:{line}", dict(zip(header, cells, strict=True))))
    if not rows:
        raise MeterFileError("header-only", name)
    return Table(name=name, columns=tuple(header), rows=tuple(rows))


def _csv(path: Path, encoding: str, zipped: bool) -> Iterator[tuple[int, list[str]]]:
    with gzip.open(path) if zipped else path.open("rb") as stream:
        raw = stream.read(MOST_BYTES + 1)
    _not_too_large(path, len(raw))
    if b"\x00" in raw and not encoding.lower().startswith("utf-16"):
        raise MeterFileError("file-binary", path.name, {"format": "CSV"})
    try:
        text = raw.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise MeterFileError("file-encoding", path.name, {"encoding": encoding}) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        place = f"{path.name}:{reader.line_num}"
        raise MeterFileError("line-unreadable", place, {"detail": str(error)}) from error


def _workbook(path: Path, sheet: str | None) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(path) as parts:
            _not_too_large(path, sum(part.file_size for part in parts.infolist()))
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise MeterFileError("file-binary", path.name, {"format": "XLSX"}) from error
    if sheet is not None and sheet not in book.sheetnames:
        facts: dict[str, str | int] = {
            "key": "sheet",
            "detail": f"no sheet {sheet!r}; there are: {', '.join(book.sheetnames)}",
        }
        raise MeterFileError("forest-invalid", path.name, facts)
    width = 0
    for line, cells in enumerate(book[sheet or book.sheetnames[0]].iter_rows(values_only=True), 1):
        texts = [_text(cell) for cell in cells]
        if line == 1:
            while texts and not texts[-1]:
                texts.pop()
            width = len(texts)
        # A row of a workbook has no end of its own: empty cells after the header's last are none.
        texts += [""] * (width - len(texts))
        yield line, texts if any(texts[width:]) else texts[:width]


def _text(cell: Any) -> str:
    """The cell as it is shown: a whole number without its .0, nothing as nothing."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _not_too_large(path: Path, size: int) -> None:
    if size > MOST_BYTES:
        reason = f"> {MOST_BYTES >> 20} MB"
        raise MeterFileError("file-unreadable", path.name, {"reason": reason})
