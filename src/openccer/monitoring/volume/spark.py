"""The same kernel on a Spark cluster: Spark decides where a call runs, and runs lost ones again.

One number per file goes in, one row with its totals comes out; only integers travel. The workers
need this package, the files under the same paths, and Java; nothing of the sums is Spark's.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial

import pyarrow as pa
from pyspark.sql import Row, SparkSession

from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.volume.model import At, MeterTotal, MonthTotals, Stretch
from openccer.monitoring.volume.run import Progress, Task, of_month

SCHEMA = "number INT, totals STRING, refused STRING"
LOOK_EVERY_MS = 200


@contextmanager
def session(master: str) -> Iterator[SparkSession]:
    """A session on this master: local[2], spark://host:7077, …; stopped afterwards."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    built = (
        SparkSession.builder.master(master)
        .appName("openccer")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.python.worker.reuse", "true")
        .getOrCreate()
    )
    built.sparkContext.setLogLevel("ERROR")
    try:
        yield built
    finally:
        built.stop()


def run_on(
    spark: SparkSession, tasks: Sequence[Task], progress: Progress | None = None
) -> list[MonthTotals]:
    """Every call as a task of the cluster; the answers in order, or the first file's refusal."""
    numbers = spark.range(0, len(tasks), 1, len(tasks))  # one call, one task of Spark's
    frame = numbers.mapInArrow(partial(_each, list(tasks)), SCHEMA)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(frame.collect)
        while wait([answer], timeout=LOOK_EVERY_MS / 1000).not_done:
            if progress:
                progress(_done(spark), len(tasks))
        return _answers(answer, progress, len(tasks))


def _answers(
    answer: "Future[list[Row]]", progress: Progress | None, all_: int
) -> list[MonthTotals]:
    found = sorted(answer.result(), key=lambda row: int(row.number))
    for row in found:
        if row.refused is not None:
            said = json.loads(row.refused)
            raise MeterFileError(said["code"], said["place"], said["facts"])
    if progress:
        progress(all_, all_)
    return [_read(row.totals) for row in found]


def _done(spark: SparkSession) -> int:
    tracker = spark.sparkContext.statusTracker()
    stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
    return sum(stage.numCompletedTasks for stage in stages if stage)


def _each(tasks: list[Task], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """On a worker: each row is the number of one call."""
    for batch in batches:
        for number in batch.column(0).to_pylist():
            totals, refused = _call(tasks[number])
            columns = [pa.array([number], pa.int32()), pa.array([totals], pa.string())]
            columns.append(pa.array([refused], pa.string()))
            yield pa.RecordBatch.from_arrays(columns, ["number", "totals", "refused"])


def _call(task: Task) -> tuple[str | None, str | None]:
    try:
        return json.dumps(asdict(of_month(task))), None
    except MeterFileError as error:
        said = {"code": error.code, "place": error.place, "facts": error.facts}
        return None, json.dumps(said)


def _read(text: str) -> MonthTotals:
    said = json.loads(text)
    year, month = said["month"]
    return MonthTotals(
        **{
            **said,
            "month": (year, month),
            "meters": tuple(MeterTotal(**meter) for meter in said["meters"]),
            "stretches": tuple(Stretch(**stretch) for stretch in said["stretches"]),
            "conflict": At(**said["conflict"]) if said["conflict"] else None,
        }
    )
