"""A month in flat arrays: one cell per interval and meter, and the rows that were set aside.

A reading that may stand and whose cell is free lies in its cell. A row that cannot be a reading,
and every further row of a cell, is set aside, to be looked at one by one at the end. What comes
out does not depend on the order of the rows.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from openccer.monitoring.volume.plan import MonthFile, Plan
from openccer.monitoring.volume.rows import has_import, limits

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Cells:
    """Arrays for the meters from the `first` to appear in the file, as many as `room` bytes hold.

    `place` is where the row that lies in a cell stands in the file, 0 where none does. Cells of one
    interval lie side by side, because files are written as time goes by; one cell more takes what
    is no reading.
    """

    def __init__(self, file: MonthFile, plan: Plan, rows: int, room: int, first: int = 0) -> None:
        self.slots, self.step_us, self.start = file.hours * plan.slots, plan.step_us, file.start
        self.limits, self.net = limits(plan), plan.net
        self.energies = ["out", "into"] if has_import(plan) else ["out"]
        small = np.int32 if max(self.limits) < 1 << 31 else np.int64
        self.place: NDArray[Any] = np.zeros(1, np.uint32 if rows < 1 << 32 else np.uint64)
        self.values = [np.zeros(1, small) for _ in self.energies]
        cell_bytes = sum(array.itemsize for array in (self.place, *self.values))
        self.first, self.most = first, max(1, room // (cell_bytes * self.slots))
        self.known, self.width, self.rows, self.seen = pa.nulls(0), 0, 0, 0
        columns = ["t", *(f"e{at}" for at in range(len(self.limits))), "code", "row"]
        self.aside = [pa.schema((name, pa.int64()) for name in columns).empty_table()]

    def add(self, batch: pa.RecordBatch) -> None:
        """The next rows of the file."""
        row = np.arange(self.seen + 1, self.seen + batch.num_rows + 1, dtype=self.place.dtype)
        self.seen += batch.num_rows
        code = self._code(batch["meter"])
        t = whole(batch["t"], -1)
        mine = (code >= 0) & (code < self.width) & (t >= 0) & (t < self.slots * self.step_us)
        if not mine.all():
            batch = batch.filter(pa.array(mine))
            row, code, t = row[mine], code[mine], t[mine]
        self.rows += len(row)
        cell, spare = self._cell(batch, code, t), self.slots * self.width
        cell[self.place[cell] != 0] = spare
        self.place[cell] = row
        self.place[spare] = 0
        (others,) = np.nonzero(self.place[cell] != row)
        if len(others):
            cell[others] = spare
            self._set_aside(batch, code, row, others)
        for values, energy in zip(self.values, self._energies(batch), strict=True):
            values[cell] = energy

    def _code(self, meter: pa.Array) -> Whole:
        """Each meter's number in order of appearance, less `first`; the arrays grow with them."""
        if not len(self.known):
            self.known = pa.nulls(0, meter.type)
        code = pc.index_in(meter, value_set=self.known)
        if code.null_count > meter.null_count:
            new = pc.unique(meter.filter(code.is_null())).drop_null()
            self.known = pa.concat_arrays([self.known, new])
            self._grow(min(len(self.known) - self.first, self.most))
            code = pc.index_in(meter, value_set=self.known)
        return whole(code, -1) - np.int64(self.first)

    def _grow(self, meters: int) -> None:
        if meters > self.width:
            width = min(meters + meters // 8, self.most)
            self.place, *self.values = (
                self._wider(array, width) for array in (self.place, *self.values)
            )
            self.width = width

    def _wider(self, array: NDArray[Any], width: int) -> NDArray[Any]:
        wider = np.zeros(self.slots * width + 1, array.dtype)
        grid = wider[:-1].reshape(self.slots, width)
        grid[:, : self.width] = array[:-1].reshape(self.slots, self.width)
        return wider

    def _cell(self, rows: pa.RecordBatch, code: Whole, t: Whole) -> Whole:
        """Where each row belongs; a row beside the grid, blank or beyond a limit in the spare."""
        cell = t // self.step_us
        unfit: Flags = cell * self.step_us != t
        for at, most in enumerate(self.limits):
            column = rows[f"e{at}"]
            energy = whole(column)
            unfit |= energy > most
            unfit |= energy < (-most if self.net else 0)
            if column.null_count:
                unfit |= column.is_null().to_numpy(zero_copy_only=False)
        cell *= self.width
        cell += code
        cell[unfit] = self.slots * self.width
        return cell

    def _energies(self, batch: pa.RecordBatch) -> list[Whole]:
        if self.net:
            net = whole(batch["e0"])
            return [np.maximum(net, 0), np.maximum(-net, 0)]
        return [whole(batch[f"e{at}"]) for at in range(len(self.limits))]

    def _set_aside(
        self, batch: pa.RecordBatch, code: Whole, row: NDArray[Any], others: NDArray[np.intp]
    ) -> None:
        schema = self.aside[0].schema
        taken = [batch[name].take(pa.array(others)) for name in schema.names[:-2]]
        mine = [pa.array(code[others]), pa.array(row[others].astype(np.int64))]
        self.aside.append(pa.table([*taken, *mine], schema))

    def disputed(self) -> pa.Table:
        """Every row of the cells for which one was set aside; these cells are free then."""
        aside, width = pa.concat_tables(self.aside), self.width
        q = aside["t"].to_numpy() // self.step_us
        cells = np.unique(q * width + aside["code"].to_numpy())
        held = cells[self.place[cells] != 0]
        lying = [values[held].astype(np.int64) for values in self.values]
        energies = [lying[0] - lying[1]] if self.net else lying
        row = self.place[held].astype(np.int64)
        columns = [held // width * self.step_us, *energies, held % width, row]
        for array in (self.place, *self.values):
            array[cells] = 0
        return pa.concat_tables([aside, pa.table(columns, aside.schema)])

    def accept(self, q: Whole, code: Whole, *energies: Whole) -> None:
        """What was decided on cells in dispute."""
        cell = q * self.width + code
        self.place[cell] = 1
        for values, energy in zip(self.values, energies, strict=False):
            values[cell] = energy

    def instant(self, q: int) -> int:
        """When the interval begins, in epoch seconds."""
        return self.start + q * self.step_us // 1_000_000

    @property
    def meters(self) -> pa.Array:
        """What the meters are called, in order of the columns of a grid."""
        return self.known[self.first : self.first + self.width]

    @property
    def read(self) -> Flags:
        """Whether there is a reading: a row per interval, a column per meter."""
        return self._grid(self.place) > 0

    @property
    def grids(self) -> list[NDArray[Any]]:
        """Export, and import where there is any, by interval and meter; 0 where nothing is read."""
        return [self._grid(values) for values in self.values]

    def _grid(self, array: NDArray[Any]) -> NDArray[Any]:
        return array[:-1].reshape(self.slots, self.width)[:, : len(self.meters)]


def whole(column: pa.Array, blank: int = 0) -> Whole:
    """The numbers of a column; `blank` where there is none."""
    values: Whole = column.fill_null(blank).to_numpy()
    return values
