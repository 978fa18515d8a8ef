"""Small farms for tests: month files written row by row, and a reference that knows no SQL."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from openccer.kernel.calendar import Period
from openccer.monitoring.volume.model import MonthTotals
from openccer.monitoring.volume.run import run_here, tasks_of

JANUARY = Period(date(2025, 1, 1), date(2025, 1, 31))
START = datetime(2024, 12, 31, 16, tzinfo=UTC)  # midnight of 1 January in Beijing
STEP = timedelta(minutes=10)
MOST = 183_333  # 1 MW x 10 minutes x 1.1 [Wh]
MAPPING = """\
title: {zh: 测试, en: test}
format: parquet
time: {column: instant, zone: UTC, stands_for: start, minutes: "10"}
meter_column: meter
meters: {revenue: {id: "*"}}
energy: {export: {column: value_wh, unit: Wh}}
limits: {capacity_mw: "1"}
"""


@dataclass(frozen=True)
class Row:
    """One row of a month file; `beside` is seconds off the grid."""

    meter: int
    slot: int
    value: int | None
    received: int
    beside: int = 0

    @property
    def instant(self) -> datetime:
        return START + self.slot * STEP + timedelta(seconds=self.beside)


def write(folder: Path, rows: list[Row], name: str = "2025-01.parquet") -> Path:
    """The rows as a Parquet file, in this order; the mapping beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE t (meter INTEGER, instant TIMESTAMP, value_wh BIGINT, received BIGINT)"
    )
    values = [[r.meter, r.instant.replace(tzinfo=None), r.value, r.received] for r in rows]
    if values:
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", values)
    connection.execute(f"COPY t TO '{folder / name}' (FORMAT parquet)")
    connection.close()
    (folder / "mapping.yaml").write_text(MAPPING)
    return folder


def totals_of(
    folder: Path, period: Period = JANUARY, received: str | None = "received", **more: object
) -> list[MonthTotals]:
    tasks, _ = tasks_of(folder, folder / "mapping.yaml", period, received=received)
    return run_here(tasks)


def reference(rows: list[Row], latest: bool = True) -> dict[str, tuple[int, int]]:
    """Per meter: export and accepted intervals, read off the words of the manual, one by one."""
    slots: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in rows:
        if row.beside == 0 and row.value is not None and 0 <= row.slot < 31 * 144:
            slots[row.meter, row.slot].append(row)
    sums: dict[str, tuple[int, int]] = {}
    for (meter, _), found in sorted(slots.items()):
        if latest:
            last = max(row.received for row in found)
            found = [row for row in found if row.received == last]
        good = [row.value for row in found if row.value is not None and 0 <= row.value <= MOST]
        if good:
            export, read = sums.get(str(meter), (0, 0))
            sums[str(meter)] = (export + min(good), read + 1)
    return sums


def sums_of(months: list[MonthTotals]) -> dict[str, tuple[int, int]]:
    """Per meter over all months: export and accepted intervals; meters without one are left out."""
    sums: dict[str, tuple[int, int]] = {}
    for month in months:
        for meter in month.meters:
            export, read = sums.get(meter.meter, (0, 0))
            sums[meter.meter] = (export + meter.export_wh, read + meter.read)
    return sums
