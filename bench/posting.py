"""Acts a second through the one door with a durable commit, beside a bare insert loop.

Each figure is the median of three runs on a new file: one caller that waits each time, one
thousand acts in one transaction, sixty-four callers that wait. The bare loop writes entries of the
same size into a table of two columns and nothing else, on the same file system, in the same run.
"""

import json
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from openccer.app.acts import REGISTRY  # noqa: E402
from openccer.app.entry import Request  # noqa: E402
from openccer.app.facade import App, Receipt  # noqa: E402
from openccer.kernel.outcome import Refused  # noqa: E402
from small_world import (  # noqa: E402
    TRADING,
    WIND,
    cancel,
    clock,
    copy_of,
    credits_world,
    desk,
    new_app,
    request,
    to_exchange,
)

NOW = clock(TRADING)
CREDITS = 1_000_000
RUNS = 3
Timed = tuple[int, float, float]  # acts, seconds by the clock, seconds of processor time
ALONE, BATCH, CALLERS, EACH = 150, 1_000, 64, 20


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    name: str
    acts: int
    per_second: int  # the median of the runs
    lowest: int
    highest: int
    cpu_us: int  # processor time for one act, the lowest of the runs: what a busy machine hides


def cancellation(number: int) -> Request:
    """One tonne is cancelled: one account, one holding, one movement."""
    return request(desk(WIND), cancel(WIND, 1), f"c-{number}", TRADING)


def pair(number: int) -> list[Request]:
    """One tonne moves to the exchange: an act in each log, all or nothing."""
    asked = to_exchange(WIND, 1)
    return [request(actor, act, f"m-{number}", TRADING) for actor, act in asked]


def accepted(answers: list[Receipt | Refused]) -> None:
    assert all(isinstance(answer, Receipt) for answer in answers), "a refusal is not a posting"


def one_caller(app: App) -> int:
    for number in range(ALONE):
        accepted([app.submit(cancellation(number), now=NOW)])
    return ALONE


def one_caller_linked(app: App) -> int:
    for number in range(ALONE):
        answer = app.submit_linked(pair(number), now=NOW)
        assert not isinstance(answer, Refused)
    return 2 * ALONE


def one_batch(app: App) -> int:
    accepted(app.submit_many([cancellation(n) for n in range(BATCH)], now=NOW))
    return BATCH


def many_callers(app: App) -> int:
    """Each caller waits for its receipt before it asks again."""
    together = threading.Barrier(CALLERS)

    def caller(number: int) -> None:
        together.wait()
        for turn in range(EACH):
            accepted([app.submit(cancellation(number * EACH + turn), now=NOW)])

    threads = [threading.Thread(target=caller, args=(number,)) for number in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return CALLERS * EACH


def bare(path: Path, entry: bytes, commits: int, rows: int) -> int:
    """So many commits of so many rows each, straight into SQLite."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE line (seq INTEGER PRIMARY KEY, entry BLOB NOT NULL) STRICT")
    for commit in range(commits):
        db.execute("BEGIN IMMEDIATE")
        first = commit * rows
        db.executemany("INSERT INTO line VALUES (?, ?)", [(first + n, entry) for n in range(rows)])
        db.execute("COMMIT")
    db.close()
    return commits * rows


def figure(name: str, run: Callable[[Path], Timed], folder: Path) -> Figure:
    """Three runs, each on a file of its own."""
    rates, used, acts = [], [], 0
    for number in range(RUNS):
        acts, seconds, cpu = run(folder / f"{name.replace(' ', '-')}-{number}.db")
        rates.append(int(acts / seconds))
        used.append(int(cpu / acts * 1e6))
    return Figure(
        name, acts, int(statistics.median(rates)), min(rates), max(rates), cpu_us=min(used)
    )


def timed(work: Callable[[], int]) -> Timed:
    began, busy = time.perf_counter(), time.process_time()
    acts = work()
    return acts, time.perf_counter() - began, time.process_time() - busy


def measure(folder: Path) -> list[Figure]:
    """Every figure, the door first and the bare loop after it."""
    made = new_app()
    credits_world(made, CREDITS)
    made.submit(cancellation(-1), now=NOW)
    entry = list(made.store.entries(REGISTRY))[-1]

    def door(work: Callable[[App], int]) -> Callable[[Path], Timed]:
        def run(path: Path) -> Timed:
            app = copy_of(made, path)
            found = timed(lambda: work(app))
            assert app.check() == [], "the tables differ from the log"
            app.store.close()
            return found

        return run

    def loop(commits: int, rows: int) -> Callable[[Path], Timed]:
        return lambda path: timed(lambda: bare(path, entry, commits, rows))

    return [
        figure("door: one caller, one act per commit", door(one_caller), folder),
        figure("door: one caller, linked pairs", door(one_caller_linked), folder),
        figure("door: 1,000 acts in one commit", door(one_batch), folder),
        figure("door: 64 callers, each waiting", door(many_callers), folder),
        figure("bare SQLite: one row per commit", loop(ALONE, 1), folder),
        figure("bare SQLite: 1,000 rows per commit", loop(20, 1_000), folder),
    ]


def main() -> None:
    """Measure, print the table, and keep it in bench/out/posting.json."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=ROOT / "bench") as folder:
        figures = measure(Path(folder))
    conditions = {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "processors": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "runs": RUNS,
        "durability": "WAL, synchronous = FULL",
    }
    print(f"{'what':<40}{'acts':>7}{'acts/s':>9}{'lowest':>9}{'highest':>9}{'cpu us/act':>12}")
    for one in figures:
        rates = f"{one.per_second:>9,}{one.lowest:>9,}{one.highest:>9,}{one.cpu_us:>12,}"
        print(f"{one.name:<40}{one.acts:>7,}{rates}")
    print(f"{conditions}, {time.perf_counter() - began:.0f} s")
    out = ROOT / "bench" / "out"
    out.mkdir(exist_ok=True)
    rows = [{slot: getattr(one, slot) for slot in Figure.__dataclass_fields__} for one in figures]
    text = json.dumps({"conditions": conditions, "figures": rows}, indent=2)
    (out / "posting.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
