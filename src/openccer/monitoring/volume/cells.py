"""A month in flat arrays: one cell per interval and meter, and the rows that were set aside.

A reading that may stand and whose cell is free lies in its cell. A row that cannot be a reading,
and every further row of a cell, is set aside, to be looked at one by one at the end. What comes
out does not depend on the order of the rows.
"""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from openccer.monitoring.volume.plan import MonthFile, Plan
from openccer.monitoring.volume.rows import has_import, limits

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
ONE, TWO = np.int32(1), np.int32(2)
FIRST = np.iinfo(np.int64).min  # a row that does not say when it was received came before all


class TooManyMetersError(Exception):
    """The meters seen so far need more room than there is."""


class Cells:
    """Arrays that grow with the meters, up to `room` bytes; one cell more takes what is no reading.

    Cells of one interval lie side by side, because files are written as time goes by. `times`
    counts the rows of a cell that may stand; `received` is of the row that lies there.
    """

    def __init__(self, file: MonthFile, plan: Plan, room: int) -> None:
        self.slots, self.step_us = file.hours * plan.slots, plan.step_us
        self.room, self.rows = room, 0
        self.limits, self.net = limits(plan), plan.net
        self.kind, self.codes, self.width = pa.null(), dict[object, int](), 0
        self.energies = ["out", "into"] if has_import(plan) else ["out"]
        small = np.int32 if max(self.limits) < 1 << 31 else np.int64
        self.arrays: dict[str, NDArray[Any]] = {"times": np.full(1, TWO)}
        self.arrays |= {energy: np.zeros(1, small) for energy in self.energies}
        columns = [f"e{at}" for at in range(len(self.limits))]
        if plan.received:
            self.arrays["received"] = np.zeros(1, np.int64)
            columns.append("received")
        names = ["t", *columns, "code"]
        self.aside = [pa.schema((name, pa.int64()) for name in names).empty_table()]

    def add(self, batch: pa.RecordBatch) -> None:
        """Rows of the file, in any order."""
        self.rows += batch.num_rows
        code, times = self._code(batch["meter"]), self.arrays["times"]
        cell, unfit = self._placed(batch, code)
        spare = self.slots * self.width
        cell[unfit] = spare
        np.add.at(times, cell, ONE)
        times[spare] = TWO
        (others,) = np.nonzero(times[cell] != ONE)
        if len(others):
            self._set_aside(batch, code, others)
            cell[others] = spare
        for name, energy in zip(self.energies, self._energies(batch), strict=True):
            self.arrays[name][cell] = energy
        if "received" in self.arrays:
            self.arrays["received"][cell] = whole(batch["received"], FIRST)

    def _placed(self, rows: pa.RecordBatch | pa.Table, code: Whole) -> tuple[Whole, Flags]:
        """The cell of each row; which rows are beside the grid, blank, or beyond a limit."""
        t = rows["t"].to_numpy()
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
        return cell, unfit

    def _code(self, meter: pa.Array) -> Whole:
        """Each meter's number, in order of appearance; the arrays grow where there are more."""
        self.kind = meter.type
        coded = meter.dictionary_encode()
        names = coded.dictionary.to_pylist()
        own = np.array([self.codes.setdefault(n, len(self.codes)) for n in names], np.int64)
        if len(self.codes) > self.width:
            self._grow(len(self.codes) + len(self.codes) // 8)
        code: Whole = own[coded.indices.to_numpy()]
        return code

    def _grow(self, width: int) -> None:
        cells = self.slots * width
        if cells * sum(array.itemsize for array in self.arrays.values()) > self.room:
            raise TooManyMetersError
        for name, array in self.arrays.items():
            wider = np.zeros(cells + 1, array.dtype)
            grid = wider[:-1].reshape(self.slots, width)
            grid[:, : self.width] = array[:-1].reshape(self.slots, self.width)
            wider[-1] = array[-1]
            self.arrays[name] = wider
        self.width = width

    def _energies(self, batch: pa.RecordBatch) -> list[Whole]:
        if self.net:
            net = whole(batch["e0"])
            return [np.maximum(net, 0), np.maximum(-net, 0)]
        return [whole(batch[f"e{at}"]) for at in range(len(self.limits))]

    def _set_aside(self, batch: pa.RecordBatch, code: Whole, rows: NDArray[np.intp]) -> None:
        schema = self.aside[0].schema
        taken = [batch[name].take(pa.array(rows)) for name in schema.names[:-1]]
        self.aside.append(pa.table([*taken, pa.array(code[rows])], schema))

    def disputed(self) -> pa.Table:
        """Every row of the cells for which one was set aside; these cells are free then."""
        aside, width = pa.concat_tables(self.aside), self.width
        cell, unfit = self._placed(aside, aside["code"].to_numpy())
        cells, where = np.unique(cell, return_inverse=True)
        fitting = np.bincount(where[~unfit], minlength=len(cells))
        held = cells[self.arrays["times"][cells] > fitting]  # one more came than was set aside
        lying = [self.arrays[name][held].astype(np.int64) for name in self.energies]
        columns = [held // width * self.step_us, *([lying[0] - lying[1]] if self.net else lying)]
        if "received" in self.arrays:
            columns.append(self.arrays["received"][held])
        for name in ("times", *self.energies):
            self.arrays[name][cells] = 0
        rows = pa.table([*columns, held % width], aside.schema)
        return pa.concat_tables([aside, rows])

    def accept(self, q: Whole, code: Whole, *energies: Whole) -> None:
        """What was decided on cells in dispute."""
        cell = q * self.width + code
        self.arrays["times"][cell] = ONE
        for name, energy in zip(self.energies, energies, strict=False):
            self.arrays[name][cell] = energy

    @property
    def meters(self) -> pa.Array:
        """What the meters are called, in order of the columns of a grid."""
        return pa.array(list(self.codes), self.kind)

    @property
    def read(self) -> Flags:
        """Whether there is a reading: a row per interval, a column per meter."""
        return self._grid("times") > 0

    @property
    def grids(self) -> list[NDArray[Any]]:
        """Export, and import where there is any, by interval and meter; 0 where nothing is read."""
        return [self._grid(name) for name in self.energies]

    def _grid(self, name: str) -> NDArray[Any]:
        grid: NDArray[Any] = self.arrays[name][:-1].reshape(self.slots, self.width)
        return grid[:, : len(self.codes)]


def whole(column: pa.Array, blank: int = 0) -> Whole:
    """The numbers of a column; `blank` where there is none."""
    values: Whole = column.fill_null(blank).to_numpy()
    return values
