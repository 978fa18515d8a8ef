"""The kernel: one month file to the readings that are accepted, and what was found in it.

Arrow reads the rows as they are; each is laid into the cell of its meter and interval (`cells`).
Only rows that cannot be a reading, or whose cell is taken, are looked at one by one, by DuckDB. No
state outlives a call, so who calls it, and where, changes nothing.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from openccer.monitoring.engine import Sql
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.files import MeterFile
from openccer.monitoring.volume.cells import Cells
from openccer.monitoring.volume.model import At
from openccer.monitoring.volume.plan import MonthFile, Plan
from openccer.monitoring.volume.rows import (
    CONFLICT,
    FOUND,
    batches,
    check_types,
    latest_sql,
    received_of,
)


@dataclass(slots=True)
class Tally:
    """What is counted while a raw file is read: its rows, and what was found, by code.

    `conflict` is the first interval whose readings contradict one another.
    """

    rows: int = 0
    found: Counter[str] = field(default_factory=Counter)
    conflict: At | None = None


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
    try:
        with pq.ParquetFile(file.path) as opened:
            tally.rows = tally.found["outside-month"] = opened.metadata.num_rows
            first, meters = 0, 1
            while first < meters:
                cells = Cells(file, plan, tally.rows, room, first)
                for batch in batches(opened, file, plan):
                    cells.add(batch)
                _settle(sql, plan, cells, opened, tally)
                yield cells
                first, meters = first + cells.most, len(cells.known)
    except (OSError, pa.ArrowException) as error:
        raise damaged(file, error) from error


def _settle(sql: Sql, plan: Plan, cells: Cells, opened: pq.ParquetFile, tally: Tally) -> None:
    """Decide on the rows set aside, and count what was found."""
    aside = cells.disputed()
    received = received_of(opened, plan, aside["row"].to_numpy())
    sql.connection.register("aside", aside.append_column("received", received))
    sql.run(f"CREATE OR REPLACE TEMP TABLE slot AS {latest_sql(plan)}")
    sql.connection.unregister("aside")
    accepted = sql.connection.execute("SELECT q, code, out_, into_ FROM slot WHERE good > 0")
    cells.accept(*accepted.fetchnumpy().values())
    counts = sql.one(f"SELECT {', '.join(FOUND.values())} FROM slot")
    tally.found.update(dict(zip(FOUND, map(int, counts), strict=True)))
    tally.found["outside-month"] -= cells.rows
    seen = sql.rows(f"SELECT q, code FROM slot WHERE {CONFLICT} QUALIFY q = min(q) OVER ()")
    names = cells.meters
    ats = [At(first=cells.instant(int(q)), meter=str(names[code].as_py())) for q, code in seen]
    tally.conflict = min([*ats, *([tally.conflict] if tally.conflict else [])], default=None)


def damaged(file: MonthFile, error: Exception) -> Exception:
    """The file cannot be read to its end; but memory and disk are trouble of the machine."""
    if getattr(error, "errno", None) or isinstance(error, MemoryError):
        return error
    detail = str(error).splitlines()[0][:200].replace(file.path, file.name)
    return MeterFileError("parquet-damaged", file.name, {"detail": detail})
