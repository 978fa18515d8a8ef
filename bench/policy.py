"""The policy base: how long an import takes, and how long a question.

The thirty questions of docs/policy-questions.md are asked of the shipped records and of those of
the policy hub together, where the hub's folder lies beside the project; else of the shipped ones.
Each question is asked five times and its fastest answer counts; the table gives the median and
the worst over the questions.
"""

import json
import os
import platform
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from openccer.policy.hub import Hub, joined, read_hub  # noqa: E402
from openccer.policy.load import cn_policy_folder  # noqa: E402
from openccer.store.policy_index import PolicyIndex, write_base  # noqa: E402

HUB = ROOT.parent / "shared" / "data" / "ccus_policy_hub"
QUESTIONS = ROOT / "docs" / "policy-questions.md"
TURNS = 5


def read() -> Hub:
    """The shipped records, and those of the hub if it is there."""
    own = read_hub(cn_policy_folder())
    return joined(own, read_hub(HUB)) if HUB.is_dir() else own


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def questions() -> list[str]:
    rows = re.findall(r"^\| (.+?) \| [a-z0-9-]+ \| (?:own|hub) \|$", QUESTIONS.read_text(), re.M)
    assert len(rows) == 30, "docs/policy-questions.md has thirty questions"
    return rows


def fastest(index: PolicyIndex, question: str) -> float:
    return min(milliseconds(lambda: index.search(question)) for _ in range(TURNS))


def main() -> None:
    """Measure, print the table, and keep it in bench/out/policy.json."""
    began = time.perf_counter()
    hub = read()
    reading = (time.perf_counter() - began) * 1000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "base.db"
        writing = milliseconds(lambda: write_base(path, hub.base, hub.sources))
        size = path.stat().st_size
        index = PolicyIndex.open(path)
        times = sorted((fastest(index, question), question) for question in questions())
        opening = milliseconds(index.base)
        index.close()
    figures = {
        "records": hub.report.records,
        "file_bytes": size,
        "import_read_ms": int(reading),
        "import_write_ms": int(writing),
        "whole_base_from_file_ms": int(opening),
        "question_median_ms": round(statistics.median(took for took, _ in times), 2),
        "question_worst_ms": round(times[-1][0], 2),
        "question_worst": times[-1][1],
    }
    conditions = {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "processors": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "turns": TURNS,
    }
    for name, value in figures.items():
        print(f"{name:<28}{value:>12,}" if isinstance(value, int) else f"{name:<28}{value:>12}")
    print(f"{conditions}, {time.perf_counter() - began:.0f} s")
    out = ROOT / "bench" / "out"
    out.mkdir(exist_ok=True)
    text = json.dumps({"conditions": conditions, "figures": figures}, indent=2, ensure_ascii=False)
    (out / "policy.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
