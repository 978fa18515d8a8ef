"""A folder of month files to one `Measurement`, here or on a cluster."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from openccer.kernel.calendar import Period
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.model import Measurement
from openccer.monitoring.volume.farm import measurement_of
from openccer.monitoring.volume.model import MonthTotals
from openccer.monitoring.volume.run import Progress, Task, run_here, tasks_of

LOCAL = "local[2]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """Where the kernel runs, and what a folder needs beside its mapping.

    `received` is the column that says when a reading came in; `tables` the folder into which the
    totals of every meter and hour and all gaps are written; `master` is Spark's.
    """

    engine: Literal["duckdb", "spark"] = "duckdb"
    master: str = LOCAL
    received: str | None = None
    tables: Path | None = None


def measure_folder(
    folder: Path,
    mapping: Path,
    period: Period,
    how: Volume,
    progress: Progress | None = None,
) -> Measurement:
    """All meters of the folder over the period. MeterFileError names what cannot be read."""
    if not folder.is_dir():
        raise MeterFileError("not-a-folder", str(folder))
    tasks, digest = tasks_of(folder, mapping, period, received=how.received, tables=how.tables)
    if how.tables is not None:
        how.tables.mkdir(parents=True, exist_ok=True)
    run = _on_spark if how.engine == "spark" else _here
    return measurement_of(run(tasks, how, progress), tasks[0].mapping, digest, period)


def _here(tasks: list[Task], how: Volume, progress: Progress | None) -> list[MonthTotals]:
    return run_here(tasks, progress)


def _on_spark(tasks: list[Task], how: Volume, progress: Progress | None) -> list[MonthTotals]:
    try:
        from openccer.monitoring.volume import spark
    except ModuleNotFoundError as error:
        raise MeterFileError("spark-missing", how.master, {"detail": str(error)}) from error
    with spark.session(how.master) as running:
        return spark.run_on(running, tasks, progress)
