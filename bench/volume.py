"""Readings at volume: raw month files to tonnes, canonical ones, and Spark, beside a bare scan.

Everything runs in a process of its own, in rounds: the scan, then each of the others, so that what
else the machine does falls on all alike. A figure is the median over the rounds; a ratio is the
median of the ratios within the rounds. Processor time is what a busy machine changes least.

BENCH_FULL=1 takes 2 000 meters (105 million readings); for the growth also 20 and 200 meters, and
ten years of the 2 000: a billion, once, 9 GB, which BENCH_FULL=year leaves out. The short form
takes 100 meters. BENCH_DIR keeps the made-up farms between runs, else they are deleted;
BENCH_ROUNDS is 3. What is done stands on stderr.
"""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

import duckdb  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: E402

from openccer.kernel.calendar import Period  # noqa: E402
from openccer.kernel.outcome import Refused  # noqa: E402
from openccer.monitoring.model import Measurement  # noqa: E402
from openccer.monitoring.volume.farm import measurement_of  # noqa: E402
from openccer.monitoring.volume.generate import FarmSize, generate  # noqa: E402
from openccer.monitoring.volume.hours import Hours  # noqa: E402, F401  what a call loads
from openccer.monitoring.volume.run import clean_here, run_here, tasks_of  # noqa: E402
from openccer.mrv.quantify import quantify_metered  # noqa: E402
from openccer.rulebook.load import load_cn  # noqa: E402

BEFORE = time.process_time()  # imports are no part of any way
YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))
DECADE = Period(date(2024, 1, 1), date(2033, 12, 31))
LEGAL_DAY = date(2026, 1, 1)
FULL = os.environ.get("BENCH_FULL") in ("1", "year")
BILLION = os.environ.get("BENCH_FULL") == "1"
METERS = 2_000 if FULL else 100
GROWTH = (20, 200) if FULL else ()
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
CORES = os.cpu_count() or 1
SCANS = {
    "scan": "sum(value_wh), max(meter), max(instant), max(received)",
    "scan of one column": "sum(value_wh)",
}
WAYS = ("scan", "scan of one column", "raw", "canonical", "spark")


@contextmanager
def bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, where somebody looks on."""
    console = Console(stderr=True)
    columns = (TextColumn(words), BarColumn(), MofNCompleteColumn())
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as shown:
        task = shown.add_task("", total=None)
        yield lambda done, of: shown.update(task, completed=done, total=of)


def tonnes(measured: Measurement) -> int:
    report = quantify_metered(
        "CCER-01-002-V01",
        "east",
        measured.years,
        load_cn().on(LEGAL_DAY),
        dataset=measured.dataset,
    )
    assert not isinstance(report, Refused), report
    return report.reduction.count


def scan(folder: Path, columns: str) -> None:
    connection = duckdb.connect(config={"threads": CORES, "memory_limit": "800MB"})
    files = [str(path) for path in sorted(folder.glob("*.parquet"))]
    connection.execute(f"SELECT {columns} FROM read_parquet(?)", [files]).fetchall()


def loaded(batches: Iterator[Any]) -> Iterator[Any]:
    """A Python worker of the session is there, and has loaded what a call needs."""
    from openccer.monitoring.volume import canonical, kernel  # noqa: F401

    yield from batches


def to_tonnes(folder: Path, mapping: Path, on_spark: bool) -> tuple[float, dict[str, int]]:
    """The whole way, digests and all. First how long the session took to start, of Spark's."""
    period = DECADE if (folder / "2033-12.parquet").exists() else YEAR
    tasks, digest = tasks_of(folder, mapping, period, received="received")
    start = 0.0
    if on_spark:
        from openccer.monitoring.volume import spark

        began = time.perf_counter()
        with spark.session(f"local[{CORES}]") as running:
            running.range(0, CORES, 1, CORES).mapInArrow(loaded, "id LONG").collect()
            start = time.perf_counter() - began
            months = spark.run_on(running, tasks)
            stopping = time.perf_counter()
        start += time.perf_counter() - stopping
    else:
        with bar("files read") as step:
            months = run_here(tasks, step)
    measured = measurement_of(months, tasks[0].mapping, digest, period)
    export_wh = sum(year.export_wh for year in measured.years)
    said = {"tonnes": tonnes(measured), "export_wh": export_wh, "rows": measured.rows}
    return start, said


def peak_mb() -> int:
    """The most memory this process had; the system's own account begins with its parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def child(way: str, raw: Path, clean: Path) -> None:
    """One way, once; its figures as a line of JSON."""
    began = time.perf_counter()
    start, said = 0.0, {}
    if way in SCANS:
        scan(raw, SCANS[way])
    else:
        folder = clean if way == "canonical" else raw
        start, said = to_tonnes(folder, raw / "mapping.yaml", way == "spark")
    took = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = {
        "seconds": took - start,
        "cpu_seconds": used.ru_utime + used.ru_stime - BEFORE,
        "peak_mb": peak_mb(),
        "session_start": start,
    }
    print(json.dumps({**figures, **said}))


def run(way: str, raw: Path, clean: Path) -> dict[str, float]:
    command = [sys.executable, __file__, way, str(raw), str(clean)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return figures


def raw_farm(folder: Path, meters: int, period: Period) -> Path:
    """The raw files of a farm, made where they are not there yet."""
    raw = folder / f"raw-{meters}{'-y10' if period == DECADE else ''}"
    if not (raw / "mapping.yaml").exists():
        began = time.perf_counter()
        with bar(f"{meters} meters made") as step:
            generate(raw, FarmSize(meters=meters, period=period, minutes=10, seed=1), step)
        print(f"{raw.name} made in {time.perf_counter() - began:.0f} s", flush=True)
    return raw


def clean_farm(raw: Path, folder: Path) -> Path:
    """The canonical files of a farm of a year."""
    clean = folder / raw.name.replace("raw", "clean")
    if not clean.exists():
        began = time.perf_counter()
        tasks, _ = tasks_of(raw, raw / "mapping.yaml", YEAR, received="received")
        with bar(f"{raw.name} cleaned") as step:
            clean_here(tasks, clean, step)
        print(f"{raw.name} cleaned in {time.perf_counter() - began:.0f} s", flush=True)
    return clean


def rounds(raw: Path, clean: Path) -> dict[str, list[dict[str, float]]]:
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(ROUNDS):
        for way in WAYS:
            found[way].append(run(way, raw, clean))
    for key in ("tonnes", "export_wh", "rows"):
        values = {figures[key] for way in WAYS for figures in found[way] if key in figures}
        assert len(values) == 1, f"{key} differs between the ways: {values}"
    return found


def middle(figures: list[dict[str, float]], key: str) -> float:
    return statistics.median(one[key] for one in figures)


def table(found: dict[str, list[dict[str, float]]]) -> list[dict[str, object]]:
    lines = []
    for way in WAYS:
        base = found["raw" if way == "spark" else "scan"]
        pairs = list(zip(found[way], base, strict=True))
        cpu = way != "spark"  # the session's Java process is not in the child's own account
        lines.append(
            {
                "way": way,
                "seconds": round(middle(found[way], "seconds"), 2),
                "cpu_seconds": round(middle(found[way], "cpu_seconds"), 2) if cpu else None,
                "peak_mb": int(max(one["peak_mb"] for one in found[way])) if cpu else None,
                "ratio_to": "raw" if way == "spark" else "scan",
                "ratio": round(statistics.median(a["seconds"] / b["seconds"] for a, b in pairs), 2),
                "cpu_ratio": round(
                    statistics.median(a["cpu_seconds"] / b["cpu_seconds"] for a, b in pairs), 2
                )
                if cpu
                else None,
            }
        )
    return lines


def main() -> None:
    """Measure, print the table, and keep it in bench/out/volume.json."""
    kept = os.environ.get("BENCH_DIR")
    place = nullcontext(kept) if kept else tempfile.TemporaryDirectory(dir=ROOT / "bench")
    with place as name:
        folder = Path(str(name))
        growth = {}
        for meters in GROWTH:
            raw = raw_farm(folder, meters, YEAR)
            answer = [run("raw", raw, raw) for _ in range(ROUNDS)]
            growth[int(answer[0]["rows"])] = answer
        raw = raw_farm(folder, METERS, YEAR)
        clean = clean_farm(raw, folder)
        load = os.getloadavg()[0]
        found = rounds(raw, clean)
        growth[int(found["raw"][0]["rows"])] = found["raw"]
        if BILLION:
            raw = raw_farm(folder, METERS, DECADE)
            answer = [run("raw", raw, raw)]
            growth[int(answer[0]["rows"])] = answer
    lines = table(found)
    print(f"{'way':<22}{'s':>8}{'cpu s':>8}{'MB':>6}{'ratio':>8}{'cpu':>7}  to")
    for line in lines:
        cells = [line[k] if line[k] is not None else "-" for k in ("cpu_seconds", "peak_mb")]
        cpu = line["cpu_ratio"] if line["cpu_ratio"] is not None else "-"
        print(
            f"{line['way']:<22}{line['seconds']:>8}{cells[0]:>8}{cells[1]:>6}"
            f"{line['ratio']:>8}{cpu:>7}  {line['ratio_to']}"
        )
    grown = [
        {
            "rows": rows,
            "seconds": round(middle(figures, "seconds"), 2),
            "cpu_ns_per_row": int(middle(figures, "cpu_seconds") * 1e9 / rows),
            "peak_mb": int(max(one["peak_mb"] for one in figures)),
        }
        for rows, figures in sorted(growth.items())
    ]
    for one in grown:
        print(
            f"raw: {one['rows']:>13,} rows {one['seconds']:>8} s"
            f" {one['cpu_ns_per_row']} cpu ns/row {one['peak_mb']} MB"
        )
    conditions = {
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "processors": CORES,
        "load_before": load,
        "load_after": os.getloadavg()[0],
        "rounds": ROUNDS,
        "meters": METERS,
        "spark_session_start_s": round(middle(found["spark"], "session_start"), 1),
    }
    print(conditions)
    out = ROOT / "bench" / "out"
    out.mkdir(exist_ok=True)
    record = {"conditions": conditions, "figures": lines, "growth": grown}
    (out / "volume.json").write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    if len(sys.argv) == 4:
        child(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
