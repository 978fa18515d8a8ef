"""Accepted readings to hours, meters and gaps: what a month file says of its meters.

A meter is there when it has a reading that is accepted. Sums are exact whatever their size.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from openccer.monitoring.engine import Sql, text
from openccer.monitoring.volume.cells import Cells, Whole
from openccer.monitoring.volume.model import STRETCHES, MeterTotal, Stretch
from openccer.monitoring.volume.plan import HOUR_US, MonthFile, Plan

HALF = 32  # bits: a month of hours is added in two halves, each of which fits into 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Accepted readings of some meters, in units of the file; arrays have a row per meter.

    `out` and `into` have a column per hour, `read` one per interval. `into` and `top`, the largest
    import of each meter, are None where the file has no import.
    """

    meters: pa.Array
    read: NDArray[np.bool_]
    out: Whole
    into: Whole | None
    top: Whole | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """Runs of missing intervals: row of the meter, first interval, how many."""

    meter: Whole
    first: Whole
    count: Whole


def hours_of(cells: Cells, plan: Plan) -> Hours:
    """The hours of the cells, once nothing in them is in dispute."""
    out, *into = (_per_hour(values, plan) for values in cells.grids)
    return Hours(
        meters=cells.meters,
        read=np.ascontiguousarray(cells.read.T),
        out=out,
        into=into[0] if into else None,
        top=cells.grids[1].max(axis=0) if into else None,
    )


def _per_hour(values: NDArray[Any], plan: Plan) -> Whole:
    slots, meters = values.shape
    hours = values.reshape(slots // plan.slots, plan.slots, meters)
    return np.ascontiguousarray(hours.sum(axis=1, dtype=np.int64).T)


def totals(
    sql: Sql, file: MonthFile, plan: Plan, parts: Iterable[Hours], tables: Path | None = None
) -> tuple[tuple[MeterTotal, ...], tuple[Stretch, ...], int]:
    """Each meter that is there, the longest gaps, and how many gaps there are.

    The hours and the gaps themselves are written where a place for them is given.
    """
    meters: list[MeterTotal] = []
    kept: list[Stretch] = []
    count = 0
    for number, hours in enumerate(parts):
        names = [str(meter) for meter in hours.meters.to_pylist()]
        there = np.flatnonzero(hours.read.any(axis=1))
        gaps = _gaps(hours, there)
        meters += _meters(hours, plan, names, there)
        kept = heapq.nsmallest(STRETCHES, chain(kept, _longest(gaps, names, file, plan)), _length)
        count += len(gaps.count)
        if tables is not None:
            _keep(sql, number, hours, gaps)
    if tables is not None:
        _write_tables(sql, file, plan, tables)
    return tuple(sorted(meters, key=lambda total: total.meter)), tuple(kept), count


def _length(stretch: Stretch) -> tuple[int, str, int]:
    return -stretch.count, stretch.meter, stretch.first


def _meters(hours: Hours, plan: Plan, names: list[str], there: Whole) -> Iterator[MeterTotal]:
    factors = [factor for _, factor in plan.energies]
    nothing = [0] * len(names)
    out, read = _sums(hours.out), np.count_nonzero(hours.read, axis=1)
    into = nothing if hours.into is None else _sums(hours.into)
    top = nothing if hours.top is None else hours.top.tolist()
    for at in there.tolist():
        yield MeterTotal(
            meter=names[at],
            export_wh=out[at] * factors[0],
            import_wh=into[at] * factors[-1],
            largest_import_wh=top[at] * factors[-1],
            read=int(read[at]),
        )


def _sums(hours: Whole) -> list[int]:
    """The sum of each row."""
    high = (hours >> HALF).sum(axis=1).tolist()
    low = (hours & ((1 << HALF) - 1)).sum(axis=1).tolist()
    return [(above << HALF) + below for above, below in zip(high, low, strict=True)]


def _gaps(hours: Hours, there: Whole) -> Gaps:
    """Every run of missing intervals; one column more, never missing, ends those at the end."""
    width = hours.read.shape[1] + 1
    gone = np.zeros((len(there), width), np.bool_)
    np.logical_not(hours.read[there], out=gone[:, :-1])
    flat = gone.ravel()
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat[:1].any():
        edges = np.concatenate([[0], edges])
    meter, first = np.divmod(edges[::2], width)
    return Gaps(meter=there[meter], first=first, count=edges[1::2] - edges[::2])


def _longest(gaps: Gaps, names: list[str], file: MonthFile, plan: Plan) -> Iterator[Stretch]:
    for at in np.lexsort((gaps.first, np.array(names)[gaps.meter], -gaps.count))[:STRETCHES]:
        yield Stretch(
            meter=names[gaps.meter[at]],
            first=file.start + int(gaps.first[at]) * plan.step_s,
            count=int(gaps.count[at]),
        )


def _keep(sql: Sql, number: int, hours: Hours, gaps: Gaps) -> None:
    """Add the part to the tables `hour` and `gap`."""
    read = hours.read.reshape(*hours.out.shape, -1).sum(axis=2)
    meter, hour = np.nonzero(read)
    nothing = np.zeros(len(hour), np.int64)
    tables = {
        "hour": {
            "meter": hours.meters.take(pa.array(meter)),
            "h": hour,
            "out_": hours.out[meter, hour],
            "into_": nothing if hours.into is None else hours.into[meter, hour],
            "read": read[meter, hour],
        },
        "gap": {
            "meter": hours.meters.take(pa.array(gaps.meter)),
            "q": gaps.first,
            "n": gaps.count,
        },
    }
    for name, columns in tables.items():
        sql.add(name, pa.table(columns), first=number == 0)


def _write_tables(sql: Sql, file: MonthFile, plan: Plan, tables: Path) -> None:
    """`hours-`, and `gaps-` of the month: what the totals are made of, as Parquet."""
    factors = [factor for _, factor in plan.energies]
    month = f"{file.month[0]}-{file.month[1]:02d}.parquet"
    start, step_us = file.start * 1_000_000, plan.step_us
    queries = {
        "hours": f"SELECT meter, make_timestamp({start} + h * {HOUR_US}) AS hour,"
        f" CAST(out_ * {factors[0]} AS BIGINT) AS export_wh,"
        f" CAST(into_ * {factors[-1]} AS BIGINT) AS import_wh, CAST(read AS UTINYINT) AS read"
        " FROM hour ORDER BY meter, hour",
        "gaps": f"SELECT meter, make_timestamp({start} + q * {step_us}) AS first, n AS intervals"
        " FROM gap ORDER BY meter, first",
    }
    for kind, query in queries.items():
        target = text(str(tables / f"{kind}-{month}"))
        sql.run(f"COPY ({query}) TO {target} (FORMAT parquet, COMPRESSION zstd)")
