"""A file of public records: CSV, CSV.gz, XLSX, Parquet or JSON, by official or Chinese names.

Nothing is corrected here. Every value becomes the text it is written with; what cannot be read at
all, or lacks a needed column, is a RegisterFileError, and nothing of it is used.
"""

import csv
import gzip
import io
import json
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import openpyxl

from openccer.interop.register.tables import names_of_fields
from openccer.interop.register.values import day_of

MOST_BYTES = 512 << 20  # of a file, and of what it unpacks to
HEADER_WITHIN = 10  # rows of a sheet in which the names of the columns must come
NEWEST = "newest"  # instead of a day: the last that the file has
SNAPSHOT = "snapshot_generated_at"
NOT_KEPT = "_not_kept"
LISTS = ("records", "rows", "list", "data", "result", "items", "content", "page")
INNER = ("list", "detail", "data", "info")

# Without these columns a record cannot be told, placed or counted. By category, what it must have.
ALWAYS = (
    *("_category_code", "applyId", "projectName", "applyStatusName", "provinceName"),
    *("orgCustomerName", "commencementDate", "firstReckonDate", "endReckonDate"),
    *("expectYearNum", "expectMaxNum"),
)
# What the open endpoint gives of every record, whatever its detail holds.
OF_ENDPOINT = ("_category_code", "applyId", "projectName", "applyStatusName")
ENDPOINT_NAMES = frozenset({"dataType", "statusName"})
BY_CATEGORY: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("1", "1-1", "3", "3-1"): ("publicStartDate", "publicEndDate"),
    ("2", "3", "3-1", "4", "5"): ("projectCode", "registrationTime"),
    ("3", "3-1", "4", "5"): ("certifiedNum", "regAppStartDate", "regAppEndDate"),
}


class RegisterFileError(ValueError):
    """The file is no public records, in both languages; `columns` are those it lacks."""

    def __init__(self, zh: str, en: str, columns: Sequence[str] = ()) -> None:
        super().__init__(en)
        self.zh, self.en, self.columns = zh, en, tuple(columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFile:
    """The records of one day of the register.

    columns   official names of the columns that are there
    unknown   columns of the file that the dictionary does not have
    damaged   rows (from 1) with more cells than columns
    """

    name: str
    digest: str
    content: bytes
    day: str  # of the snapshot, where the file says it
    columns: frozenset[str]
    unknown: tuple[str, ...]
    damaged: tuple[int, ...]
    rows: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows as they come: by the file's own column names."""

    columns: tuple[str, ...]
    rows: Sequence[Mapping[str, Any]]
    damaged: tuple[int, ...] = ()
    endpoint: bool = False  # as the open endpoint answers: a list, and details with what there is


def read_register(path: Path, day: str = "") -> RegisterFile:
    """The public records in a file; of several days in it those of `day`, or of the NEWEST."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _wrong(path.name, "文件过大", "is too large")
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _wrong(path.name, f"无法打开（{reason}）", f"cannot be opened ({reason})") from error
    return read_content(path.name, content, day)


def read_content(name: str, content: bytes, day: str = "") -> RegisterFile:
    """The same from bytes, as they are kept as evidence. What they are is seen in them."""
    table = _table(name, content)
    official = {column: names_of_fields().get(column.strip()) for column in table.columns}
    rows = [_row(row, official) for row in table.rows]
    rows, when = _of_day(name, rows, day)
    columns = frozenset(field for field in official.values() if field)
    _need_columns(name, columns, rows, endpoint=table.endpoint)
    return RegisterFile(
        name=name,
        digest=sha256(content).hexdigest(),
        content=content,
        day=when,
        columns=columns,
        unknown=tuple(column for column, field in official.items() if field is None),
        damaged=table.damaged,
        rows=tuple(rows),
    )


def _wrong(name: str, zh: str, en: str, columns: Sequence[str] = ()) -> RegisterFileError:
    return RegisterFileError(f"{name}：{zh}", f"{name} {en}", columns)


def _row(row: Mapping[str, Any], official: Mapping[str, str | None]) -> dict[str, str]:
    """A row by the official names of its fields; of two columns for one the first that speaks."""
    found: dict[str, str] = {}
    for column, field in official.items():
        if field and not found.get(field):
            found[field] = _text(row.get(column))
    return found


def _of_day(name: str, rows: list[dict[str, str]], day: str) -> tuple[list[dict[str, str]], str]:
    """The rows of one snapshot; the last of a day that has several."""
    found = sorted({row[SNAPSHOT] for row in rows if row.get(SNAPSHOT)})
    if day == NEWEST:
        day = found[-1] if found else ""
    wanted = [at for at in found if not day or at == day or str(day_of(at)) == day]
    if day and not wanted:
        days = ", ".join(sorted({str(day_of(at)) for at in found})) or "none"
        zh, en = f"没有 {day} 的快照（有：{days}）", f"holds no snapshot of {day} (it has: {days})"
        raise _wrong(name, zh, en)
    if not wanted:
        return rows, ""
    days_there = {str(day_of(at)) for at in wanted}
    if len(days_there) > 1:
        first, last = min(days_there), max(days_there)
        zh = f"含 {first} 至 {last} 多日快照，请写作 {name}@{first}"
        en = f"holds snapshots of {first} to {last}: write {name}@{first}"
        raise _wrong(name, zh, en)
    kept = [row for row in rows if row[SNAPSHOT] == wanted[-1]]
    return kept, str(day_of(wanted[-1]))


def _need_columns(
    name: str, columns: frozenset[str], rows: Sequence[Mapping[str, str]], *, endpoint: bool
) -> None:
    if not rows:
        raise _wrong(name, "没有记录", "holds no record")
    there = {row.get("_category_code", "").strip() for row in rows}
    needed = list(OF_ENDPOINT if endpoint else ALWAYS)
    for of, more in BY_CATEGORY.items():
        needed += more if there & set(of) and not endpoint else ()
    if "applyStatus" in columns:
        needed.remove("applyStatusName")  # the code says the same
    not_kept = {field for row in rows for field in row.get(NOT_KEPT, "").split(";")}
    lacking = [field for field in needed if field not in columns and field not in not_kept]
    if lacking:
        listed = ", ".join(lacking)
        raise _wrong(name, f"缺少必需的列：{listed}", f"lacks needed columns: {listed}", lacking)


def _text(value: Any) -> str:
    """A cell as text: whole numbers without a point, times as ISO, lists as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        return str(int(value))
    if isinstance(value, datetime):
        midnight = value.tzinfo is None and (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


# --- forms of files -----------------------------------------------------------------------------


def _table(name: str, content: bytes) -> _Table:
    if content[:2] == b"\x1f\x8b":
        content = _unpacked(name, content)
    if not content.strip():
        raise _wrong(name, "是空文件", "is empty")
    if content[:4] == b"PAR1":
        return _parquet(name, content)
    if content[:4] == b"PK\x03\x04":
        return _xlsx(name, content)
    text = _decoded(name, content)
    if text.lstrip()[:1] in ("[", "{"):
        return _json(name, text)
    return _csv(name, text)


def _unpacked(name: str, content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            found = stream.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise _wrong(name, "gzip 已损坏", "is damaged: not whole gzip") from error
    if len(found) > MOST_BYTES:
        raise _wrong(name, "解压后过大", "is too large when unpacked")
    return found


def _decoded(name: str, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _wrong(name, "不是文本，也不是表格文件", "is neither text nor a table")


def _csv(name: str, text: str) -> _Table:
    head = text.split("\n", 1)[0]
    delimiter = "\t" if head.count("\t") > head.count(",") else ","
    before = csv.field_size_limit(MOST_BYTES)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        columns = tuple(reader.fieldnames or ())
        rows = list(reader)
    except csv.Error as error:
        raise _wrong(name, f"不是 CSV：{error}", f"is no CSV: {error}") from error
    finally:
        csv.field_size_limit(before)
    damaged = tuple(n for n, row in enumerate(rows, start=1) if None in row)
    return _Table(_headed(name, columns), rows, damaged)


def _headed(name: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    if not any(column.strip() in names_of_fields() for column in columns):
        zh, en = "没有一个已知的列名", "has not one column of the register"
        raise _wrong(name, zh, en)
    if len(set(columns)) < len(columns):
        zh, en = "有重复的列名", "has the name of a column twice"
        raise _wrong(name, zh, en)
    return columns


def _parquet(name: str, content: bytes) -> _Table:
    # DuckDB reads files; a kept snapshot is bytes.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.parquet"
        path.write_bytes(content)
        connection = duckdb.connect()
        try:
            found = connection.execute("FROM read_parquet(?)", [str(path)])
            columns = tuple(column[0] for column in found.description or ())
            rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
        except duckdb.Error as error:
            zh, en = "Parquet 已损坏或不完整", "is a damaged Parquet file"
            raise _wrong(name, zh, en) from error
        finally:
            connection.close()
    return _Table(_headed(name, columns), rows)


def _xlsx(name: str, content: bytes) -> _Table:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_BYTES:
                raise _wrong(name, "解压后过大", "is too large when unpacked")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    except RegisterFileError:
        raise
    except Exception as error:  # whatever a damaged workbook makes its reader say
        raise _wrong(name, "不是可读的工作簿", "is no readable workbook") from error
    found = [_sheet(rows) for rows in sheets]
    best = max(found, key=lambda table: _known(table.columns), default=_Table((), ()))
    return _Table(_headed(name, best.columns), best.rows)


def _sheet(rows: Sequence[tuple[Any, ...]]) -> _Table:
    """The rows below the row that has most names of columns."""
    tops = [tuple(_text(cell) for cell in row) for row in rows[:HEADER_WITHIN]]
    if not tops:
        return _Table((), ())
    at = max(range(len(tops)), key=lambda n: _known(tops[n]))
    columns = tuple(column for column in tops[at] if column)
    places = [(n, column) for n, column in enumerate(tops[at]) if column]
    below = (row for row in rows[at + 1 :] if any(cell is not None for cell in row))
    return _Table(columns, [{name: row[n] for n, name in places if n < len(row)} for row in below])


def _known(columns: Iterable[str]) -> int:
    return sum(column.strip() in names_of_fields() for column in columns)


def _json(name: str, text: str) -> _Table:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _wrong(name, f"不是 JSON：{error}", f"is no JSON: {error}") from error
    items = _list_in(found)
    if items is None or not all(isinstance(item, dict) for item in items):
        zh, en = "JSON 中没有记录列表", "has no list of records in its JSON"
        raise _wrong(name, zh, en)
    more = _details(found)
    rows = [_flat(item | more.get(str(item.get("applyId")), {})) for item in items]
    columns = tuple(dict.fromkeys(str(key) for row in rows for key in row))
    nested = any(_inner(key, item.get(key)) for item in items for key in INNER)
    endpoint = nested or bool(more) or bool(ENDPOINT_NAMES & set(columns))
    return _Table(_headed(name, columns), rows, endpoint=endpoint)


def _list_in(found: Any, depth: int = 4) -> list[Any] | None:
    """The list of records: the document itself, or inside what the open endpoint wraps it in."""
    if isinstance(found, list):
        return found
    if not isinstance(found, dict) or depth == 0:
        return None
    for key in LISTS:
        if (inside := _list_in(found.get(key), depth - 1)) is not None:
            return inside
    return None


def _details(found: Any) -> dict[str, dict[str, Any]]:
    """Details that stand beside the list, by their applyId."""
    beside = found.get("details", found.get("detail")) if isinstance(found, dict) else None
    items = beside.values() if isinstance(beside, dict) else beside
    if not isinstance(items, Iterable):
        return {}
    return {str(item["applyId"]): item for item in items if _has_id(item)}


def _has_id(item: Any) -> bool:
    return isinstance(item, dict) and "applyId" in item


def _flat(item: Mapping[str, Any]) -> dict[str, Any]:
    """One record of list and detail: the detail adds to the list and, where both speak, stands."""
    row = {str(key): value for key, value in item.items() if not _inner(key, value)}
    for key in INNER:
        if _inner(key, item.get(key)):
            row |= {name: value for name, value in item[key].items() if value is not None}
    return row


def _inner(key: str, value: Any) -> bool:
    return key in INNER and isinstance(value, dict)


def named(text: str) -> tuple[str, str]:
    """FILE or FILE@DAY: the file, and the day or ""."""
    found = re.fullmatch(r"(.+)@(\d{4}-\d\d-\d\d\S*)", text)
    return (found[1], found[2]) if found else (text, "")
