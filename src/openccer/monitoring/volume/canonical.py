"""Canonical files: cleaned once, a row per meter and hour with a column per interval.

Sorted by meter and hour, so an hour's total is a sum along a row and nothing need be grouped. The
metadata of the file say which raw file it was made of (SHA-256), by which kernel and plan, and what
was found, so a total from it speaks of the raw file and is the same to the Wh.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, NonNegativeInt, StringConstraints, ValidationError

from openccer.kernel import canonical
from openccer.monitoring.engine import text
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.files import MeterFile
from openccer.monitoring.volume.cells import Cells, Whole, whole
from openccer.monitoring.volume.hours import Hours
from openccer.monitoring.volume.kernel import Tally, damaged, engine, of_raw, room_of
from openccer.monitoring.volume.model import VERSION, At
from openccer.monitoring.volume.plan import HOUR_US, MonthFile, Plan
from openccer.monitoring.volume.rows import has_import

MARK = "openccer.readings"
METERS = 512  # are read at a time


class Marks(BaseModel):
    """What a canonical file says of itself, beside the plan it was made by."""

    model_config = ConfigDict(extra="allow", strict=True)

    raw: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    rows: NonNegativeInt
    found: dict[str, NonNegativeInt]
    conflict: At | None


def marks(path: Path) -> dict[str, Any] | None:
    """What the file says of its making; None when it is a raw file, or none that can be read.

    MeterFileError when it does not say of which raw file it was made, and what was found in it.
    """
    try:
        said = (pq.read_metadata(path).metadata or {}).get(MARK.encode())
    except (OSError, pa.ArrowException):
        return None
    if not said:
        return None
    try:
        return dict(Marks.model_validate_json(said))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        key = ".".join(map(str, first["loc"])) or MARK
        facts: dict[str, str | int] = {"key": key, "detail": first["msg"]}
        raise MeterFileError("canonical-unsaid", path.name, facts) from error


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
            "conflict": asdict(tally.conflict) if tally.conflict else None,
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


def of_canonical(file: MonthFile, plan: Plan, said: dict[str, Any]) -> Iterator[Hours]:
    """The hours of a canonical file, of some hundred meters at a time: it is sorted by meter.

    MeterFileError when it was made by another kernel, by another plan, or of other days, and when
    its rows are not in order: totals rest on that.
    """
    made = json.loads(_written(_made_by(file, plan)))
    for key, value in made.items():
        if said.get(key) != value:
            facts = {"key": key, "found": str(said.get(key))[:300], "wanted": str(value)[:300]}
            raise MeterFileError("canonical-other", file.name, facts)
    columns = ["meter", "hour", *chain(*_columns(plan))]
    rows, order = pa.table([]), _Order(file)
    try:
        with pq.ParquetFile(file.path) as opened:
            for batch in opened.iter_batches(METERS * file.hours, columns=columns):
                rows = pa.concat_tables([*([rows] if rows else []), pa.Table.from_batches([batch])])
                whole = pc.index(rows["meter"], rows["meter"][-1]).as_py()
                if whole:
                    yield _hours(rows[:whole], file, plan, order)
                rows = rows[whole:]
    except (OSError, pa.ArrowException) as error:
        raise damaged(file, error) from error
    if rows:
        yield _hours(rows, file, plan, order)


@dataclass(slots=True)
class _Order:
    """Every meter after the one before it, every hour of a meter too, and all of the month."""

    file: MonthFile
    rows: int = 0
    last: pa.Scalar | None = None

    def places(self, meter: pa.DictionaryArray, hour: Whole) -> Whole:
        """Where each of the next rows belongs, by meter and hour; MeterFileError if out of order.

        The rows follow those asked for before, and no meter goes on from these.
        """
        hours, names = self.file.hours, meter.dictionary
        place = whole(meter.indices, -1) * np.int64(hours) + hour
        ahead = place[1:] > place[:-1]
        ok = np.concatenate([place[:1] >= 0, ahead]) & (hour >= 0) & (hour < hours)
        if self.last is not None:
            names = pa.concat_arrays([pa.array([self.last.as_py()], names.type), names])
        falls = np.flatnonzero(~pc.less(names[:-1], names[1:]).to_numpy(zero_copy_only=False))
        if len(falls):
            second = falls[0] + (self.last is None)
            ok[np.argmax(whole(meter.indices, -1) == second)] = False
        if not ok.all():
            row = self.rows + int(np.argmin(ok)) + 1
            raise MeterFileError("canonical-unsorted", f"{self.file.name}: row {row}")
        self.rows += len(place)
        self.last = names[-1]
        return place


def _hours(rows: pa.Table, file: MonthFile, plan: Plan, order: _Order) -> Hours:
    coded = rows["meter"].combine_chunks().dictionary_encode()
    instant = whole(rows["hour"].cast(pa.int64()), -1)
    place = order.places(coded, (instant - file.start * 1_000_000) // HOUR_US)
    meters = len(coded.dictionary)

    def laid(values: NDArray[Any]) -> NDArray[Any]:
        """By meter and hour; nothing where the file has no row."""
        cells = np.zeros((meters * file.hours, *values.shape[1:]), values.dtype)
        cells[place] = values
        return cells.reshape(meters, -1)

    read = np.empty((len(rows), plan.slots), np.bool_)
    for at, column in enumerate(_columns(plan)[0]):
        read[:, at] = rows[column].is_valid().to_numpy()
    sums, top = [], np.zeros(len(rows), np.int64)
    for columns in _columns(plan):
        sums.append(np.zeros(len(rows), np.int64))
        for column in columns:
            sums[-1] += whole(rows[column])
    if has_import(plan):
        for column in _columns(plan)[1]:
            np.maximum(top, whole(rows[column]), out=top)
    out, *into = map(laid, sums)
    return Hours(
        meters=coded.dictionary,
        read=laid(read),
        out=out,
        into=into[0] if into else None,
        top=laid(top).max(axis=1) if into else None,
    )


def _columns(plan: Plan) -> list[list[str]]:
    """A column per interval of the hour, of export and, where there is any, of import."""
    kinds = ["out_", "into_"] if has_import(plan) else ["out_"]
    return [[f"{kind}{at}" for at in range(plan.slots)] for kind in kinds]


def _made_by(file: MonthFile, plan: Plan) -> dict[str, object]:
    return {"kernel": VERSION, "start": file.start, "end": file.end, **asdict(plan)}


def _written(record: dict[str, object]) -> str:
    return canonical.encode(record).decode()
