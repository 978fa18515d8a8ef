"""Where the kernel runs: a call of it as data, and threads of this process that make the calls.

Each file is one call and months are only added, so who schedules the calls changes nothing.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from openccer.kernel.calendar import Period
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.files import MeterFile, check_columns, inspect
from openccer.monitoring.mapping import Mapping, load_mapping
from openccer.monitoring.volume.model import MEMORY_MB, VERSION, MonthTotals
from openccer.monitoring.volume.plan import MonthFile, Plan, month_files, plan_of

T = TypeVar("T")
Progress = Callable[[int, int], None]  # told how many files are done, of how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One call of the kernel: the file, how to read it, where tables go, how much memory [MB]."""

    file: MonthFile
    plan: Plan
    mapping: Mapping
    tables: str | None = None
    memory_mb: int = MEMORY_MB


def tasks_of(
    folder: Path,
    mapping_path: Path,
    period: Period,
    *,
    received: str | None = None,
    tables: Path | None = None,
) -> tuple[list[Task], str]:
    """The calls for a folder of month files, in order of the months; the mapping's digest."""
    mapping, digest = load_mapping(mapping_path)
    plan = plan_of(mapping, mapping_path.name, period, received)
    files = month_files(folder, period, mapping.calendar)
    place = str(tables.resolve()) if tables else None
    return [Task(file=f, plan=plan, mapping=mapping, tables=place) for f in files], digest


def of_month(task: Task) -> MonthTotals:
    """The kernel on one file, raw or canonical; MeterFileError names the file it cannot read."""
    from openccer.monitoring.volume import canonical, kernel
    from openccer.monitoring.volume.hours import Hours, hours_of, totals

    file, plan, room = task.file, task.plan, kernel.room_of(task.memory_mb)
    said = canonical.marks(Path(file.path))
    tally = kernel.Tally()
    with kernel.engine(task.memory_mb) as sql:
        parts: Iterator[Hours]
        if said is None:
            known = _known(task)
            raw = kernel.of_raw(sql, file, plan, _checked(known, task), room, tally)
            parts, digest = (hours_of(cells, plan) for cells in raw), known.digest
        else:
            parts, digest = canonical.of_canonical(file, plan, said), said["raw"]
            tally = kernel.Tally(said["rows"], Counter(said["found"]), said["conflict"])
        tables = Path(task.tables) if task.tables else None
        meters, stretches, gaps = totals(sql, file, plan, parts, tables)
        return MonthTotals(
            file=file.name,
            month=file.month,
            digest=digest,
            query=sha256(f"kernel {VERSION}, {sql.digest}".encode()).hexdigest(),
            rows=tally.rows,
            meters=meters,
            stretches=stretches,
            gaps=gaps,
            found=dict(tally.found),
            conflict=tally.conflict,
        )


def clean_month(task: Task, target: Path) -> None:
    """Write the canonical file of a raw month file into the folder, under the same name."""
    from openccer.monitoring.volume import canonical

    known = _checked(_known(task), task)
    if canonical.marks(known.path) is not None:
        raise MeterFileError("canonical-already", task.file.name)
    canonical.clean(task.file, task.plan, known, target / task.file.name, task.memory_mb)


def run_here(
    tasks: Sequence[Task], progress: Progress | None = None, workers: int | None = None
) -> list[MonthTotals]:
    """Every call in threads of this process, one per core; the answers in order of the tasks."""
    return _threads(of_month, tasks, progress, workers)


def clean_here(
    tasks: Sequence[Task],
    target: Path,
    progress: Progress | None = None,
    workers: int | None = None,
) -> None:
    """Clean every month file into the folder, which must not be the one the files are in."""
    if any(Path(task.file.path).resolve().parent == target.resolve() for task in tasks):
        raise MeterFileError("canonical-same-folder", str(target))
    target.mkdir(parents=True, exist_ok=True)
    _threads(lambda task: clean_month(task, target), tasks, progress, workers)


def _threads(
    call: Callable[[Task], T],
    tasks: Sequence[Task],
    progress: Progress | None,
    workers: int | None,
) -> list[T]:
    """Trouble ends it: calls not yet begun are not made, and the first file in trouble is named."""
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        calls = [pool.submit(call, task) for task in tasks]
        for done, one in enumerate(as_completed(calls), start=1):
            if one.exception():
                pool.shutdown(cancel_futures=True)
                break
            if progress:
                progress(done, len(calls))
    return [one.result() for one in calls]


def _known(task: Task) -> MeterFile:
    path = Path(task.file.path)
    return inspect(path, task.mapping, path.parent)


def _checked(known: MeterFile, task: Task) -> MeterFile:
    """The raw file, once it has every column the plan names."""
    check_columns(known, task.mapping)
    received = task.plan.received
    if received is not None and received not in known.columns:
        facts: dict[str, str | int] = {
            "missing": repr(received),
            "found": ", ".join(map(repr, known.columns)),
            "near": "",
        }
        raise MeterFileError("columns-missing", known.path.name, facts)
    return known
