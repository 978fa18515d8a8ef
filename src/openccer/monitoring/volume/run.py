"""A folder of month files to one `Measurement`: which files, where the kernel runs, how it adds up.

Two schedulers for one kernel: threads of this process, or tasks of Spark. Both give the same
integers, because each file is one call and months are only added.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb

from openccer.kernel.calendar import Period
from openccer.monitoring.files import check_columns, inspect
from openccer.monitoring.mapping import Mapping, load_mapping
from openccer.monitoring.volume import canonical, kernel
from openccer.monitoring.volume.kernel import MEMORY_MB, MonthTotals
from openccer.monitoring.volume.plan import MonthFile, Plan, month_files, plan_of

Progress = Callable[[int, int], None]  # files done, files in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One call of the kernel, as data: the file, the plan, where tables go, how much memory."""

    file: MonthFile
    plan: Plan
    mapping: Mapping
    tables: str | None = None
    memory_mb: int = MEMORY_MB


def of_month(task: Task) -> MonthTotals:
    """The kernel on one file, raw or canonical; MeterFileError names the file it cannot read."""
    file, plan, path = task.file, task.plan, Path(task.file.path)
    said = canonical.marks(path) if is_parquet(path) else None
    with kernel.engine(task.memory_mb) as sql:
        if said is None:
            known = inspect(path, task.mapping, path.parent)
            check_columns(known, task.mapping)
            rows, found = kernel.of_raw(sql, file, plan, known)
            digest = known.digest
        else:
            rows, found, digest = canonical.of_canonical(sql, file, plan, said)
        tables = Path(task.tables) if task.tables else None
        meters, stretches, gaps = kernel.totals(sql, file, plan, tables)
        year, month = file.month
        return MonthTotals(
            file=file.name,
            year=year,
            month=month,
            digest=digest,
            query=sql.digest,
            rows=rows,
            meters=meters,
            stretches=stretches,
            gaps=gaps,
            found=found,
        )
