"""The rows of a month file: how they are read, and the SQL that decides on those set aside.

Energies stay in the units of the file; Wh are made of the sums at the end.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.files import MeterFile
from openccer.monitoring.volume.plan import WHOLE, MonthFile, Plan

# A whole number beyond this is no reading, whatever the capacity; sixty of them fit into 64 bits.
MOST = 1 << 56
BATCH = 1 << 18  # rows at a time
FITS, BLANK, BELOW, ABOVE, HALF, BESIDE = range(6)  # what `problem` says of a row


def check_types(known: MeterFile, plan: Plan) -> None:
    """MeterFileError names the first column whose type cannot be read at volume."""
    kinds = dict(zip(known.columns, known.types, strict=True))
    wanted = [
        (plan.time, ("TIMESTAMP",), "time"),
        *((c, WHOLE, "whole number") for c, _ in plan.energies),
    ]
    for column, allowed, word in wanted:
        if not kinds[column].startswith(allowed):
            facts: dict[str, str | int] = {"column": column, "type": kinds[column], "wanted": word}
            raise MeterFileError("column-type", known.path.name, facts)


def batches(opened: pq.ParquetFile, file: MonthFile, plan: Plan) -> Iterator[pa.RecordBatch]:
    """The rows in order: meter, microseconds t since the start of the month, energies."""
    columns = [plan.meter, plan.time, *(column for column, _ in plan.energies)]
    names = ["meter", "t", *(f"e{at}" for at in range(len(plan.energies)))]
    for batch in opened.iter_batches(BATCH, columns=columns, use_threads=False):
        meter, time, *energies = (batch[column] for column in columns)
        ahead = plan.shift_s + (0 if time.type.tz else plan.offset_s)
        instant = time.cast(pa.timestamp("us", time.type.tz), safe=False).cast(pa.int64())
        t = pc.subtract(instant, (file.start + ahead) * 1_000_000)
        numbers = [energy.cast(pa.int64()) for energy in energies]
        yield pa.RecordBatch.from_arrays([_called(meter), t, *numbers], names)


def _called(meter: pa.Array) -> pa.Array:
    """A meter is called by a whole number or a text; whatever else, by its text."""
    if pa.types.is_dictionary(meter.type):
        meter = meter.dictionary_decode()
    plain = pa.types.is_integer(meter.type) or pa.types.is_string(meter.type)
    return meter if plain else meter.cast(pa.string())


def received_of(opened: pq.ParquetFile, plan: Plan, row: NDArray[np.int64]) -> pa.ChunkedArray:
    """When the rows came in that stand in these places, counted from one."""
    if plan.received is None:
        return pa.chunked_array([pa.nulls(len(row), pa.int64())])
    found, first, order = [], 0, np.argsort(row)
    places = row[order] - 1
    for batch in opened.iter_batches(BATCH, columns=[plan.received], use_threads=False):
        low, high = np.searchsorted(places, [first, first + batch.num_rows])
        found.append(batch[0].take(pa.array(places[low:high] - first)))
        first += batch.num_rows
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    kind = opened.schema_arrow.field(plan.received).type
    return pa.chunked_array(found, kind).take(pa.array(back))


def latest_sql(plan: Plan) -> str:
    """The intervals of the rows set aside, each with what is accepted for it.

    Of several rows those received last count; where they differ (or no column says when they came)
    the lowest export and the highest import of the possible ones. `good` is 0 where none is.
    """
    out, into = _registers(plan)
    newest = f"received IS NOT DISTINCT FROM newest AND problem <> {BESIDE}"
    good = f"FILTER ({newest} AND problem = {FITS})"
    own = f"problem NOT IN ({BLANK}, {BESIDE})"  # a blank row is no reading, nor is an odd time
    values = [f"e{at}" for at in range(len(plan.energies))]
    same = " AND ".join(
        f"coalesce(min({v}) FILTER ({own}) = max({v}) FILTER ({own}), false)" for v in values
    )
    distinct = f"count(DISTINCT ({', '.join(values)})) FILTER ({newest} AND {own})"
    return (
        f"SELECT q, code, count(*) FILTER ({own}) AS times, {same} AS same, {distinct} AS last,"
        f" count(*) {good} AS good, min({out}) {good} AS out_, coalesce(max({into or 0}) {good}, 0)"
        f" AS into_, min(problem) FILTER ({newest} AND {own}) AS problem,"
        f" count(*) FILTER (problem = {BLANK}) AS blank,"
        f" count(*) FILTER (problem = {BESIDE}) AS off FROM"
        f" (SELECT *, max(received) FILTER ({own}) OVER (PARTITION BY code, q) AS newest"
        f" FROM (SELECT *, t // {plan.step_us} AS q, {_problem(plan)} AS problem FROM aside))"
        " GROUP BY q, code"
    )


CONFLICT = "times > 1 AND NOT same AND last > 1"
FOUND = {
    "duplicate-same": "count(*) FILTER (times > 1 AND same)",
    "duplicate-latest": "count(*) FILTER (times > 1 AND NOT same AND last = 1)",
    "duplicate-conflict": f"count(*) FILTER ({CONFLICT})",
    "register-negative": f"count(*) FILTER (good = 0 AND problem = {BELOW})",
    "above-capacity": f"count(*) FILTER (good = 0 AND problem = {ABOVE})",
    "reading-half": f"count(*) FILTER (good = 0 AND problem = {HALF})",
    "reading-blank": "coalesce(sum(blank), 0)",
    "time-off-grid": "coalesce(sum(off), 0)",
}


def has_import(plan: Plan) -> bool:
    return plan.net or len(plan.energies) > 1


def limits(plan: Plan) -> list[int]:
    """The most of each energy column, in its own unit."""
    most = MOST if plan.most_wh is None else plan.most_wh
    return [most // factor for _, factor in plan.energies]


def _registers(plan: Plan) -> tuple[str, str]:
    """SQL for export and import in units of the file; "" where there is no import."""
    if plan.net:
        return "greatest(e0, 0)", f"(-least(greatest(e0, {-MOST - 1}), 0))"
    return "e0", "e1" if len(plan.energies) > 1 else ""


def _problem(plan: Plan) -> str:
    """What stands against a row."""
    columns = [f"e{at}" for at in range(len(plan.energies))]
    blank = " AND ".join(f"{c} IS NULL" for c in columns)
    half = " OR ".join(f"{c} IS NULL" for c in columns)
    low = "false" if plan.net else " OR ".join(f"{c} < 0" for c in columns)
    high = " OR ".join(
        f"{c} NOT BETWEEN {-limit if plan.net else 0} AND {limit}"
        for c, limit in zip(columns, limits(plan), strict=True)
    )
    return (
        f"CASE WHEN t % {plan.step_us} <> 0 THEN {BESIDE} WHEN {blank} THEN {BLANK}"
        f" WHEN {low} THEN {BELOW} WHEN {high} THEN {ABOVE} WHEN {half} THEN {HALF}"
        f" ELSE {FITS} END"
    )
