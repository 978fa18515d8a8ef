"""The kernel: one month file to the readings that are accepted, and what was found in it.

DuckDB reads the rows as they are; each is laid into the cell of its meter and interval (`cells`).
Only rows that cannot be a reading, or whose cell is taken, are looked at one by one, by SQL. No
state outlives a call, so who calls it, and where, changes nothing.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from openccer.monitoring.engine import Sql, text
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.files import MeterFile
from openccer.monitoring.volume.cells import Cells, TooManyMetersError
from openccer.monitoring.volume.plan import MonthFile, Plan
from openccer.monitoring.volume.rows import FOUND, check_types, latest_sql, read_sql

MACHINE = ("Out of Memory Error", "IO Error")  # how DuckDB begins to speak of memory and disk


@dataclass(slots=True)
class Tally:
    """What is counted while a raw file is read: its rows, and what was found, by code."""

    rows: int = 0
    found: Counter[str] = field(default_factory=Counter)


@contextmanager
def engine(memory_mb: int) -> Iterator[Sql]:
    """A database in memory, one thread, that spills into a directory of its own.

    It takes half the memory of a call; the other half is for arrays.
    """
    with tempfile.TemporaryDirectory(prefix="openccer-") as directory:
        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": 1,
            "memory_limit": f"{memory_mb // 2}MB",
            "temp_directory": directory,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        connection = duckdb.connect(":memory:", config=config)
        try:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET enable_progress_bar = false")
            yield Sql(connection)
        finally:
            connection.close()


def room_of(memory_mb: int) -> int:
    """How many bytes of a call's memory arrays may take."""
    return (memory_mb - memory_mb // 2) << 20


def of_raw(
    sql: Sql, file: MonthFile, plan: Plan, known: MeterFile, room: int, tally: Tally
) -> Iterator[Cells]:
    """The accepted readings of a raw file, of as many meters at a time as there is room for [B].

    The tally is complete when the last are drawn.
    """
    check_types(known, plan)
    (rows,) = sql.one("SELECT sum(num_rows) FROM parquet_file_metadata(?)", [file.path])
    tally.rows = tally.found["outside-month"] = int(rows)
    parts = [(0, 1)]
    while parts:
        number, of = parts.pop()
        cells = Cells(file, plan, room)
        try:
            for batch in batches(sql, read_sql(plan, file, known, number, of), file):
                cells.add(batch)
        except TooManyMetersError:
            parts += [(number, 2 * of), (number + of, 2 * of)]
        else:
            _settle(sql, plan, cells, tally)
            yield cells


def _settle(sql: Sql, plan: Plan, cells: Cells, tally: Tally) -> None:
    """Decide on the rows set aside, and count what was found."""
    sql.connection.register("aside", cells.disputed())
    sql.run(f"CREATE OR REPLACE TEMP TABLE slot AS {latest_sql(plan)}")
    sql.connection.unregister("aside")
    accepted = sql.relation("SELECT q, code, out_, into_ FROM slot WHERE good > 0").fetchnumpy()
    cells.accept(*accepted.values())
    counts = sql.one(f"SELECT {', '.join(FOUND.values())} FROM slot")
    tally.found.update(dict(zip(FOUND, map(int, counts), strict=True)))
    tally.found["outside-month"] -= cells.rows


def batches(sql: Sql, query: str, file: MonthFile) -> Iterator[pa.RecordBatch]:
    """The answer drawn bit by bit; in the query the variable `file` is the path."""
    try:
        sql.connection.execute(f"SET VARIABLE file = {text(file.path)}")
        yield from pa.RecordBatchReader.from_stream(sql.relation(query))
    except (duckdb.Error, OSError) as error:  # OSError is what Arrow makes of DuckDB's
        raise damaged(file, error) from error


def damaged(file: MonthFile, error: Exception) -> Exception:
    """The file cannot be read to its end; but memory and disk are trouble of the machine."""
    said = str(error)
    machine = isinstance(error, duckdb.OperationalError) or said.startswith(MACHINE)
    if (machine and file.name not in said) or getattr(error, "errno", None):
        return error
    detail = said.splitlines()[0][:200].replace(file.path, file.name)
    return MeterFileError("parquet-damaged", file.name, {"detail": detail})
