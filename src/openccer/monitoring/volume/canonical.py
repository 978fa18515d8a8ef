"""Canonical files: cleaned once, a row per meter and hour with a column per interval.

Sorted by meter and hour, so an hour's total is a sum along a row and nothing need be grouped. The
metadata of the file say which raw file it was made of (SHA-256), by which kernel and plan, and what
was found, so a total from it speaks of the raw file and is the same to the Wh.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from openccer.kernel import canonical
from openccer.monitoring.engine import Sql, text
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.files import MeterFile
from openccer.monitoring.volume.cells import Cells
from openccer.monitoring.volume.hours import Hours
from openccer.monitoring.volume.kernel import Tally, batches, engine, of_raw, room_of
from openccer.monitoring.volume.model import VERSION
from openccer.monitoring.volume.plan import HOUR_US, MonthFile, Plan
from openccer.monitoring.volume.rows import has_import

MARK = "openccer.readings"


def marks(path: Path) -> dict[str, Any] | None:
    """What the file says of its making; None when it is a raw file."""
    connection = duckdb.connect(":memory:", config={"threads": 1})
    try:
        found = connection.execute(
            "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = ?",
            [str(path), MARK],
        ).fetchone()
    finally:
        connection.close()
    return json.loads(found[0]) if found else None


def clean(file: MonthFile, plan: Plan, known: MeterFile, target: Path, memory_mb: int) -> None:
    """Write the canonical file of a raw one; whole or not at all."""
    tally, meters = Tally(), 0
    with engine(memory_mb) as sql:
        for number, cells in enumerate(of_raw(sql, file, plan, known, room_of(memory_mb), tally)):
            sql.add("clean", _rows(cells, plan), first=number == 0)
            meters += len(cells.meters)
        said = {
            "raw": known.digest,
            "rows": tally.rows,
            "found": dict(tally.found),
            "meters": meters,
            **_made_by(file, plan),
        }
        part = target.with_suffix(".part")
        instant = f"make_timestamp({file.start * 1_000_000} + h * {HOUR_US})"
        sql.run(
            f"COPY (SELECT meter, {instant} AS hour, {', '.join(chain(*_columns(plan)))} FROM clean"
            f" ORDER BY meter, h) TO {text(str(part))} (FORMAT parquet, PARQUET_VERSION v2,"
            f" COMPRESSION zstd, KV_METADATA {{{text(MARK)}: {text(_written(said))}}})"
        )
    os.replace(part, target)


def _rows(cells: Cells, plan: Plan) -> pa.Table:
    """A row per meter and hour with a reading; NULL where an interval has none."""
    shape = (-1, plan.slots, len(cells.meters))
    read = cells.read.reshape(shape)
    meter, hour = np.nonzero(read.any(axis=1).T)
    columns = [cells.meters.take(pa.array(meter)), pa.array(hour)]
    for values in cells.grids:
        grid = values.reshape(shape)
        for at in range(plan.slots):
            blank = ~read[hour, at, meter]
            columns.append(pa.array(grid[hour, at, meter], mask=blank))
    return pa.table(columns, ["meter", "h", *chain(*_columns(plan))])


def of_canonical(
    sql: Sql, file: MonthFile, plan: Plan, said: dict[str, Any], room: int
) -> Iterator[Hours]:
    """The hours of a canonical file, of as many meters at a time as there is room for [B].

    MeterFileError when it was made by another kernel, by another plan, or of other days.
    """
    made = json.loads(_written(_made_by(file, plan)))
    for key, value in made.items():
        if said.get(key) != value:
            facts = {"key": key, "found": str(said.get(key))[:300], "wanted": str(value)[:300]}
            raise MeterFileError("canonical-other", file.name, facts)
    columns = list(chain(*_columns(plan)))
    of = 1 + said["meters"] * file.hours * 8 * (len(columns) + 4) // room
    for part in range(of):
        query = (
            f"SELECT meter, CAST((epoch_us(hour) - {file.start * 1_000_000}) // {HOUR_US} AS"
            f" INTEGER) AS h, {', '.join(columns)} FROM read_parquet(getvariable('file'))"
            + (f" WHERE hash(meter) % {of} = {part}" if of > 1 else "")
        )
        rows = list(batches(sql, query, file))
        if rows:
            yield _hours(pa.Table.from_batches(rows), file, plan)


def _hours(rows: pa.Table, file: MonthFile, plan: Plan) -> Hours:
    coded = rows["meter"].combine_chunks().dictionary_encode()
    place = coded.indices.to_numpy() * np.int64(file.hours) + rows["h"].to_numpy()
    shape = (len(coded.dictionary), file.hours)

    def laid(values: NDArray[Any]) -> NDArray[Any]:
        cells = np.zeros((shape[0] * shape[1], *values.shape[1:]), values.dtype)
        cells[place] = values
        return cells.reshape(shape[0], -1)

    energies = [
        [rows[column].fill_null(0).to_numpy() for column in columns] for columns in _columns(plan)
    ]
    read = [rows[column].is_valid().to_numpy() for column in _columns(plan)[0]]
    out, *into = (laid(np.add.reduce(columns, dtype=np.int64)) for columns in energies)
    return Hours(
        meters=coded.dictionary,
        read=laid(np.column_stack(read)),
        out=out,
        into=into[0] if into else None,
        top=laid(np.maximum.reduce(energies[1])).max(axis=1) if into else None,
    )


def _columns(plan: Plan) -> list[list[str]]:
    """A column per interval of the hour, of export and, where there is any, of import."""
    kinds = ["out_", "into_"] if has_import(plan) else ["out_"]
    return [[f"{kind}{at}" for at in range(plan.slots)] for kind in kinds]


def _made_by(file: MonthFile, plan: Plan) -> dict[str, object]:
    return {"kernel": VERSION, "start": file.start, "end": file.end, **asdict(plan)}


def _written(record: dict[str, object]) -> str:
    return canonical.encode(record).decode()
