"""Farms made up for tests and benchmarks: month files with seeded defects, and what must come out.

Every reading and every defect follows from a hash of seed, meter and time, so a farm of any size is
made without memory and again the same by the same DuckDB. `truth.csv` is made from the defects that
were meant, never from the files: it is what the kernel is held against.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from openccer.kernel.calendar import Period
from openccer.monitoring.engine import text
from openccer.monitoring.volume.plan import bounds_of, months_of

CALENDAR = "Asia/Shanghai"
MAPPING = """\
title: {{zh: 合成的电场（测试用，非真实数据）, en: A farm made up for tests; no real data}}
format: parquet
time: {{column: instant, zone: UTC, stands_for: start, minutes: "{minutes}"}}
meter_column: meter
meters: {{revenue: {{id: "*"}}}}
energy: {{export: {{column: value_wh, unit: Wh}}}}
limits: {{capacity_mw: "1"}}
"""

# What happens to a reading, by a number below 100 000; the rest arrives once and is used.
FATES = {
    "same": (0, 50),  # arrives twice, the same
    "corrected": (50, 80),  # a later row says another thing, and counts
    "echoed": (80, 100),  # an older row stands behind it, and does not count
    "negative": (100, 120),
    "above": (120, 140),  # beyond the capacity
    "spoilt": (140, 150),  # was well, then corrected to what cannot be
    "mended": (150, 160),  # cannot be, then corrected to what can
    "stray": (160, 162),  # a second row lies forty days later, in the same file
    "off": (162, 164),  # a second row lies one second beside the interval
}
REFUSED = ("negative", "above", "spoilt")


@dataclass(frozen=True, slots=True, kw_only=True)
class FarmSize:
    """How large a farm: meters of 1 MW each, a calendar year, minutes of one interval."""

    meters: int
    period: Period
    minutes: int
    seed: int


def generate(
    folder: Path, size: FarmSize, progress: Callable[[int, int], None] | None = None
) -> None:
    """Write the month files, `mapping.yaml` and `truth.csv` into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    months = months_of(size.period)
    connection = duckdb.connect(":memory:", config={"memory_limit": "800MB", "threads": 2})
    truth = ["year,month,meter,export_wh,read\n"]
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        for done, ((year, month), part) in enumerate(months, start=1):
            start, end = bounds_of(part.first, part.last, CALENDAR)
            cells = _cells_sql(size, start, end)
            target = text(str(folder / f"{year}-{month:02d}.parquet"))
            connection.execute(f"COPY ({_rows_sql(cells)}) TO {target} (FORMAT parquet)")
            for meter, export_wh, read in connection.execute(_truth_sql(cells)).fetchall():
                truth.append(f"{year},{month},{meter},{export_wh},{read}\n")
            if progress:
                progress(done, len(months))
    finally:
        connection.close()
    (folder / "truth.csv").write_text("".join(truth))
    (folder / "mapping.yaml").write_text(MAPPING.format(minutes=size.minutes))


def _cells_sql(size: FarmSize, start: int, end: int) -> str:
    """One row per meter and interval that arrives at all: two values, and the reading's fate.

    Some meters say nothing all month; others now and then stop for up to 36 intervals.
    """
    step, seed = size.minutes * 60, size.seed
    most = 1_000_000 * size.minutes // 60 + 1
    return (
        "SELECT meter, instant, u % {most} AS value, hash(u) % {most} AS other,"
        " hash(u, 1) % 100000 AS fate FROM (SELECT *, hash({seed}, meter, instant) AS u FROM"
        " (SELECT 1 + k % {meters} AS meter, {start} + (k // {meters}) * {step} AS instant,"
        " (k // {meters}) // 36 AS block, (k // {meters}) % 36 AS place FROM"
        " (SELECT range AS k FROM range({cells}))) WHERE NOT {silent} AND NOT ({stopped}))"
    ).format(
        most=most,
        seed=seed,
        meters=size.meters,
        start=start,
        step=step,
        cells=(end - start) // step * size.meters,
        silent=f"(hash({seed}, meter, {start}, 'silent') % 500 = 0)",
        stopped=(
            f"hash({seed}, meter, {start}, block) % 200 = 0"
            f" AND place >= hash({seed}, meter, {start}, block, 'from') % 36"
        ),
    )


def _is(*fates: str) -> str:
    spans = [f"fate BETWEEN {FATES[fate][0]} AND {FATES[fate][1] - 1}" for fate in fates]
    return f"({' OR '.join(spans)})"


def _rows_sql(cells: str) -> str:
    """The file: rows as time goes by, then those that came late."""
    wrong = (
        f"CASE WHEN {_is('negative', 'mended')} THEN -1 - value WHEN {_is('above')} THEN 1000000000"
    )
    first = f"{wrong} + value WHEN {_is('corrected')} THEN other ELSE value END"
    again = (
        f"CASE WHEN {_is('spoilt')} THEN -1 - value WHEN {_is('echoed')} THEN other ELSE value END"
    )
    late = f"CASE WHEN {_is('echoed')} THEN -3600 ELSE 86400 * 5 + fate END"
    beside = f"CASE WHEN {_is('stray')} THEN 86400 * 40 WHEN {_is('off')} THEN 1 ELSE 0 END"
    second = _is("same", "corrected", "echoed", "spoilt", "mended", "stray", "off")
    return (
        f"{_row(cells, first, '30 + fate % 300', '0')}"
        f" UNION ALL {_row(f'SELECT * FROM ({cells}) WHERE {second}', again, late, beside)}"
    )


def _row(cells: str, value: str, later: str, beside: str) -> str:
    return (
        "SELECT CAST(meter AS INTEGER) AS meter,"
        f" make_timestamp((instant + {beside}) * 1000000::BIGINT) AS instant,"
        f" CAST({value} AS BIGINT) AS value_wh,"
        f" CAST(instant + {later} AS BIGINT) AS received FROM"
        " (SELECT meter, instant, value::BIGINT AS value, other::BIGINT AS other,"
        " fate::BIGINT AS fate"
        f" FROM ({cells}))"
    )


def _truth_sql(cells: str) -> str:
    """Per meter: the sum and number of readings that count."""
    return (
        f"SELECT meter, sum(value), count(*) FROM ({cells}) WHERE NOT {_is(*REFUSED)}"
        " GROUP BY meter ORDER BY meter"
    )
