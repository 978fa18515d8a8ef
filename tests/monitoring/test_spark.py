"""The kernel under Spark: the same integers on one machine, on a cluster, and after a loss.

The cluster is one master and two workers of the installed package, started and stopped by the test.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from openccer.kernel.calendar import Period
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.volume.generate import FarmSize, generate
from openccer.monitoring.volume.model import MonthTotals
from openccer.monitoring.volume.run import Task, run_here, tasks_of

JAVA = shutil.which("java")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        JAVA is None and os.environ.get("CI") != "true", reason="no Java here: Spark needs 17"
    ),
]
YEARS = Period(date(2024, 1, 1), date(2025, 12, 31))
HOST = "127.0.0.1"
PATIENCE_S = 60


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> list[Task]:
    """Ten meters over twenty-four months: a million readings."""
    os.environ["SPARK_LOCAL_IP"] = HOST
    folder = tmp_path_factory.mktemp("farm")
    generate(folder, FarmSize(meters=10, period=YEARS, minutes=10, seed=5))
    found, _ = tasks_of(folder, folder / "mapping.yaml", YEARS, received="received")
    return found


@pytest.fixture(scope="module")
def expected(tasks: list[Task]) -> list[MonthTotals]:
    return run_here(tasks)


def test_spark_on_one_machine_gives_the_same_integers(
    tasks: list[Task], expected: list[MonthTotals]
) -> None:
    from openccer.monitoring.volume import spark

    with spark.session("local[2]") as running:
        assert spark.run_on(running, tasks) == expected


def test_a_damaged_file_is_named_under_spark_too(tasks: list[Task], tmp_path: Path) -> None:
    from openccer.monitoring.volume import spark

    for task in tasks[:2]:
        shutil.copy(task.file.path, tmp_path)
    path = tmp_path / "2024-02.parquet"
    path.write_bytes(path.read_bytes()[:-50])
    mapping = Path(tasks[0].file.path).parent / "mapping.yaml"
    broken, _ = tasks_of(tmp_path, mapping, YEARS, received="received")
    with (
        spark.session("local[2]") as running,
        pytest.raises(MeterFileError, match=r"^2024-02\.parquet"),
    ):
        spark.run_on(running, broken)


# --- a cluster ----------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def daemon(folder: Path, name: str, *arguments: str) -> subprocess.Popen[bytes]:
    import pyspark

    script = Path(pyspark.__file__).parent / "bin" / "spark-class"
    environment = {**os.environ, "SPARK_LOCAL_IP": HOST, "PYSPARK_PYTHON": sys.executable}
    log = (folder / f"{name}.log").open("wb")
    return subprocess.Popen(
        [str(script), f"org.apache.spark.deploy.{name}", "--host", HOST, *arguments],
        env=environment,
        cwd=folder,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a master with two workers of one core each, and the workers."""
    port = str(free_port())
    url = f"spark://{HOST}:{port}"
    started = [daemon(folder, "master.Master", "--port", port, "--webui-port", str(free_port()))]
    try:
        wait_for(int(port))
        for number in (1, 2):
            place = folder / f"worker{number}"
            place.mkdir()
            size = ("--cores", "1", "--memory", "1g", "--webui-port", str(free_port()))
            started.append(daemon(place, "worker.Worker", *size, url))
        yield url, started[1:]
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(f"nothing listens on {port} after {PATIENCE_S} s")


def executors_of(worker: subprocess.Popen[bytes]) -> list[int]:
    """The processes a worker started: its executors."""
    children = Path(f"/proc/{worker.pid}/task").glob("*/children")
    return [int(pid) for path in children for pid in path.read_text().split()]


def is_running(pid: int) -> bool:
    """Is the process there, and not only its number until the worker asks for its end?"""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_a_cluster_gives_the_same_integers_and_an_executor_killed_midway_changes_none(
    tasks: list[Task], expected: list[MonthTotals], tmp_path: Path
) -> None:
    from openccer.monitoring.volume import spark

    killed: list[tuple[int, int]] = []
    with cluster(tmp_path) as (url, workers), spark.session(url) as running:
        assert spark.run_on(running, tasks) == expected

        def lose_one(done: int, all_: int) -> None:
            if not killed and 0 < done < all_:
                victim = executors_of(workers[0])[0]
                os.kill(victim, signal.SIGKILL)
                killed.append((victim, done))

        assert spark.run_on(running, tasks, lose_one) == expected
        assert killed, "the work was over before an executor could be lost"
        assert not is_running(killed[0][0])
